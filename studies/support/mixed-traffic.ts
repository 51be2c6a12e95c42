import { rpc } from "../../src/demo/rpc.ts";
import { isObject, type JsonObject, type JsonValue } from "../../src/model/json.ts";

const NOBODY = "0x000000000000000000000000000000000000dead";
const MOST_BLOCKS = 60;

/** What a node's chain holds that calls can be about. */
interface Holdings {
  readonly blocks: readonly { readonly number: string; readonly hash: string }[];
  readonly transactions: readonly { readonly hash: string; readonly call: JsonObject }[];
  readonly mined: readonly string[];
  readonly addresses: readonly string[];
}

type Shape = (pick: Pick) => readonly JsonValue[];

interface Pick {
  readonly block: () => { readonly number: string; readonly hash: string };
  /** Hash of a block that holds a transaction. */
  readonly mined: () => string;
  readonly transaction: () => { readonly hash: string; readonly call: JsonObject };
  readonly address: () => string;
  readonly of: <T>(choices: readonly T[]) => T;
}

const BLOCK_NAMES = ["latest", "safe", "finalized", "earliest", "pending"] as const;

/** Light calls, one shape a row; odd ones stand beside the usual ones, as clients send both. */
const LIGHT: readonly (readonly [method: string, shape: Shape])[] = [
  ["eth_blockNumber", () => []],
  ["eth_chainId", () => []],
  ["eth_gasPrice", () => []],
  ["eth_maxPriorityFeePerGas", () => []],
  ["eth_blobBaseFee", () => []],
  ["eth_syncing", () => []],
  ["eth_accounts", () => []],
  ["eth_config", () => []],
  ["net_version", () => []],
  ["web3_clientVersion", () => []],
  ["web3_sha3", ({ address }) => [address()]],
  ["eth_getBalance", ({ address, block }) => [address(), block().number]],
  ["eth_getBalance", ({ address, of }) => [address(), of(BLOCK_NAMES)]],
  ["eth_getBalance", ({ address }) => [address()]],
  ["eth_getBalance", ({ of }) => [of(["0x1", "nothing", "0xzz"]), "latest"]],
  ["eth_getCode", ({ address, block }) => [address(), block().number]],
  ["eth_getStorageAt", ({ address, block, of }) => [address(), of(["0x0", "0x1"]), block().number]],
  ["eth_getTransactionCount", ({ address, block }) => [address(), { blockHash: block().hash }]],
  ["eth_getProof", ({ address, block }) => [address(), ["0x0"], block().number]],
  ["eth_getBlockByNumber", ({ block, of }) => [block().number, of([true, false])]],
  ["eth_getBlockByNumber", ({ of }) => [of(BLOCK_NAMES), false]],
  ["eth_getBlockByHash", ({ block, of }) => [block().hash, of([true, false])]],
  ["eth_getBlockByHash", () => [`0x${"5d".repeat(32)}`, false]],
  ["eth_getHeaderByNumber", ({ block }) => [block().number]],
  ["eth_getBlockReceipts", ({ block, of }) => [of([block().number, block().hash])]],
  ["eth_getBlockTransactionCountByNumber", ({ block }) => [block().number]],
  ["eth_getUncleCountByBlockHash", ({ block }) => [block().hash]],
  ["eth_getTransactionByHash", ({ transaction }) => [transaction().hash]],
  ["eth_getTransactionReceipt", ({ transaction }) => [transaction().hash]],
  ["eth_getTransactionReceipt", () => [`0x${"5d".repeat(32)}`]],
  ["eth_getRawTransactionByHash", ({ transaction }) => [transaction().hash]],
  ["eth_getTransactionByBlockNumberAndIndex", ({ block }) => [block().number, "0x0"]],
  ["eth_getLogs", ({ block }) => [{ fromBlock: block().number, toBlock: "latest" }]],
  ["eth_getLogs", ({ block }) => [{ blockHash: block().hash }]],
  ["eth_getLogs", ({ block }) => [{ fromBlock: "latest", toBlock: block().number }]],
  ["eth_feeHistory", ({ of, block }) => [of(["0x5", 3]), block().number, of([[], [25, 75]])]],
  ["eth_call", ({ transaction, block }) => [transaction().call, block().number]],
  ["eth_call", ({ transaction }) => [transaction().call]],
  ["eth_call", ({ address }) => [{ to: address(), data: "0xdeadbeef" }, "latest"]],
  ["eth_call", () => [{ data: "0x60006000fd" }, "latest"]],
  ["eth_call", () => [{}, {}]],
  ["eth_estimateGas", ({ transaction, block }) => [transaction().call, block().number]],
  ["eth_estimateGas", ({ address }) => [{ from: NOBODY, to: address(), value: "0x1" }]],
  ["eth_createAccessList", ({ transaction, block }) => [transaction().call, block().number]],
  ["eth_nothing", () => []],
  ["txpool_status", () => []],
  ["debug_getRawHeader", ({ block }) => [block().number]],
  ["debug_getRawBlock", ({ block }) => [block().number]],
  ["debug_getRawReceipts", ({ block }) => [block().number]],
  ["debug_getRawTransaction", ({ transaction }) => [transaction().hash]],
];

const TRACERS: readonly JsonValue[] = [
  {},
  { tracer: "callTracer" },
  { tracer: "callTracer", tracerConfig: { withLog: true } },
  { tracer: "prestateTracer" },
  { tracer: "prestateTracer", tracerConfig: { diffMode: true } },
  { tracer: "4byteTracer" },
  { tracer: "noSuchTracer" },
];

const HEAVY: readonly (readonly [method: string, shape: Shape])[] = [
  ["debug_traceTransaction", ({ transaction, of }) => [transaction().hash, of(TRACERS)]],
  ["debug_traceTransaction", ({ of }) => [`0x${"5d".repeat(32)}`, of(TRACERS)]],
  [
    "debug_traceCall",
    ({ transaction, block, of }) => [transaction().call, block().number, of(TRACERS)],
  ],
  ["debug_traceBlockByNumber", ({ block, of }) => [block().number, of(TRACERS.slice(1))]],
  ["debug_traceBlockByHash", ({ block, of }) => [block().hash, of(TRACERS.slice(1))]],
  ["debug_storageRangeAt", ({ block, address }) => [block().hash, 0, address(), "0x0", 5]],
  [
    "eth_simulateV1",
    ({ transaction, block }) => [
      { blockStateCalls: [{ calls: [transaction().call] }] },
      block().number,
    ],
  ],
  ["eth_simulateV1", () => [{ blockStateCalls: [{}] }, {}]],
];

/** Further methods that a node of Geth's kind has, and each of its tracers. */
const FURTHER: readonly (readonly [method: string, shape: Shape])[] = [
  ["net_listening", () => []],
  ["net_peerCount", () => []],
  ["rpc_modules", () => []],
  ["txpool_content", () => []],
  ["txpool_inspect", () => []],
  ["eth_baseFee", () => []],
  ["eth_pendingTransactions", () => []],
  ["eth_getHeaderByHash", ({ block }) => [block().hash]],
  ["eth_getBlockTransactionCountByHash", ({ block }) => [block().hash]],
  ["eth_getUncleCountByBlockNumber", ({ block }) => [block().number]],
  ["eth_getTransactionByBlockHashAndIndex", ({ mined }) => [mined(), "0x0"]],
  ["eth_getRawTransactionByBlockHashAndIndex", ({ mined }) => [mined(), "0x0"]],
  ["eth_getBlockByHash", ({ mined }) => [mined(), true]],
  ["eth_getBlockReceipts", ({ mined }) => [mined()]],
  ["eth_getLogs", () => [{ fromBlock: "0x0", toBlock: "latest" }]],
  ["eth_getStorageValues", ({ address }) => [{ [address()]: ["0x0"] }, "latest"]],
  ["debug_accountRange", ({ block }) => [block().number, "0x", 3, false, false, false]],
  ["debug_getBadBlocks", () => []],
  ["debug_getModifiedAccountsByNumber", () => [1, 2]],
  ["debug_printBlock", () => [1]],
  ["debug_traceBlockByHash", ({ mined }) => [mined(), { tracer: "callTracer" }]],
  ["debug_intermediateRoots", ({ mined }) => [mined()]],
  ...TRACERS.map((tracer): readonly [string, Shape] => [
    "debug_traceTransaction",
    ({ transaction }) => [transaction().hash, tracer],
  ]),
  ...["trace_block", "trace_replayBlockTransactions", "ots_getBlockDetails"].map(
    (method): readonly [string, Shape] => [
      method,
      ({ block }) => [block().number, ...(method.includes("replay") ? [["trace"]] : [])],
    ],
  ),
  ["trace_transaction", ({ transaction }) => [transaction().hash]],
  ["trace_filter", () => [{ fromBlock: "0x1", toBlock: "0x3" }]],
  ["ots_getApiLevel", () => []],
];

/** A call of every shape, about a node's own chain. */
export async function callOfEach(url: string, random: () => number): Promise<JsonObject[]> {
  const pick = pickOf(await holdingsOf(url), random);
  const rows = [...LIGHT, ...HEAVY, ...FURTHER];
  return callsOf(rows, pick, rows.length);
}

/** Shares of the traffic: most of it is light, and traces come last, as a day of a provider's recording may have it. */
const LIGHT_SHARE = 0.9;
/** Every so many calls go as a batch of some. */
const BATCH_EVERY = 25;
const BATCH_OF = 5;

/** Mixed requests about a node's own chain: light ones first, traces after them, batches among both. `calls` in all. */
export async function mixedTraffic(
  url: string,
  calls: number,
  random: () => number,
): Promise<JsonValue[]> {
  const holdings = await holdingsOf(url);
  const pick = pickOf(holdings, random);
  const light = callsOf(LIGHT, pick, Math.round(calls * LIGHT_SHARE));
  const heavy = callsOf(HEAVY, pick, calls - light.length);
  return [...batched(light), ...batched(heavy)];
}

function callsOf(rows: typeof LIGHT, pick: Pick, count: number): JsonObject[] {
  return Array.from({ length: count }, (_, id) => {
    // Every shape in turn, so that the rare ones are there as well.
    const [method, shape] = rows[id % rows.length] ?? [
      "eth_chainId",
      (): readonly JsonValue[] => [],
    ];
    return { jsonrpc: "2.0", id, method, params: [...shape(pick)] };
  });
}

function batched(calls: readonly JsonObject[]): JsonValue[] {
  const requests: JsonValue[] = [];
  for (let at = 0; at < calls.length;) {
    const batch = requests.length % BATCH_EVERY === BATCH_EVERY - 1;
    const taken = calls.slice(at, at + (batch ? BATCH_OF : 1));
    at += taken.length;
    const [first] = taken;
    if (batch) requests.push(taken);
    else if (first !== undefined) requests.push(first);
  }
  return requests;
}

function pickOf({ blocks, transactions, mined, addresses }: Holdings, random: () => number): Pick {
  const of = <T>(choices: readonly T[]): T => {
    const chosen = choices[Math.floor(random() * choices.length)];
    if (chosen === undefined) throw new Error("the node's chain holds nothing to ask about");
    return chosen;
  };
  return {
    of,
    block: () => of(blocks),
    mined: () => of(mined),
    transaction: () => of(transactions),
    address: () => of(addresses),
  };
}

async function holdingsOf(url: string): Promise<Holdings> {
  const head = Number(await rpc(url, "eth_blockNumber"));
  const blocks: { number: string; hash: string }[] = [];
  const transactions: { hash: string; call: JsonObject }[] = [];
  const mined = new Set<string>();
  const addresses = new Set([NOBODY]);
  for (let number = Math.max(0, head - MOST_BLOCKS); number <= head; number++) {
    const block: unknown = await rpc(url, "eth_getBlockByNumber", [
      `0x${number.toString(16)}`,
      true,
    ]);
    if (!isObject(block)) continue;
    blocks.push({ number: String(block["number"]), hash: String(block["hash"]) });
    const own: unknown = block["transactions"];
    for (const transaction of Array.isArray(own) ? own : []) {
      if (!isObject(transaction)) continue;
      mined.add(String(block["hash"]));
      const { hash, from, to, input, value, gas } = transaction;
      if (typeof from === "string") addresses.add(from);
      if (typeof to === "string") addresses.add(to);
      const call: JsonObject = {
        from: String(from),
        data: String(input),
        value: String(value),
        gas: String(gas),
        ...(typeof to === "string" ? { to } : {}),
      };
      transactions.push({ hash: String(hash), call });
    }
  }
  return { blocks, transactions, mined: [...mined], addresses: [...addresses] };
}
