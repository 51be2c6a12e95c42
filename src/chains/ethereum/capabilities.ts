import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type Ask, rpcResult, rpcQuestion, parsed, field } from "../ask.ts";

/** Probes each answer one question about what a target can do; none changes anything. Keys of the result are stable. */
export async function ethereumCapabilities(ask: Ask): Promise<JsonObject> {
  const head = Number(await rpcResult(ask, "eth_blockNumber"));
  return {
    head: Number.isSafeInteger(head) ? head : null,
    namespaces: await namespaces(ask),
    gasCap: await gasCap(ask),
    batchLimit: await batchLimit(ask),
    logRangeLimit: await logRangeLimit(ask, head),
    oldestState: await oldestState(ask, head),
    receiptsFromBlock1: await hasAt(ask, "eth_getBlockReceipts", ["0x1"], head),
    logsFromBlock1: await hasAt(
      ask,
      "eth_getLogs",
      [{ fromBlock: "0x1", toBlock: "0x1", address: NOBODY }],
      head,
    ),
    finalizedTag:
      (await rpcResult(ask, "eth_getBlockByNumber", ["finalized", false])) !== undefined,
    syncing: await syncing(ask),
    indexing: await indexing(ask),
  };
}

const NOBODY = "0x000000000000000000000000000000000000dead";
const UNKNOWN_HASH = `0x${"5d".repeat(32)}`;

/** A method of each namespace that any node answers quickly, should `rpc_modules` be off. */
const NAMESPACE_PROBES: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
  eth: ["eth_chainId", []],
  net: ["net_version", []],
  web3: ["web3_clientVersion", []],
  debug: ["debug_getRawHeader", ["0x0"]],
  trace: ["trace_block", ["0x0"]],
  txpool: ["txpool_status", []],
  ots: ["ots_getApiLevel", []],
  erigon: ["erigon_forks", []],
};

async function namespaces(ask: Ask): Promise<string[]> {
  const modules = await rpcResult(ask, "rpc_modules");
  if (typeof modules === "object" && modules !== null) return Object.keys(modules).sort();
  const found: string[] = [];
  for (const [name, [method, params]] of Object.entries(NAMESPACE_PROBES)) {
    const outcome = await ask(rpcQuestion(method, params));
    const code = field(parsed(outcome.body), ["error", "code"]);
    // A namespace that is off says "method not found"; any other answer shows that it is there.
    if (outcome.kind === "reply" || (outcome.kind === "fault" && code !== -32601)) found.push(name);
  }
  return found.sort();
}

/** `GAS PUSH0… RETURN` as init code: the answer is the gas that the node gave to a call that asked for too much. */
const RETURN_GAS = "0x5a60005260206000f3";

async function gasCap(ask: Ask): Promise<number | null> {
  const result = await rpcResult(ask, "eth_call", [
    { data: RETURN_GAS, gas: "0xfffffffffffff" },
    "latest",
  ]);
  if (typeof result !== "string" || !/^0x[0-9a-f]{64}$/.test(result)) return null;
  // Less the intrinsic gas of a creation, which is the same on both sides.
  return Math.ceil(Number(BigInt(result)) / 100_000) * 100_000;
}

async function batchLimit(ask: Ask): Promise<number> {
  let accepted = 1;
  for (const size of [10, 100, 1_000, 2_000]) {
    const items = Array.from({ length: size }, (_, id) => ({
      jsonrpc: "2.0",
      id,
      method: "eth_chainId",
      params: [],
    }));
    const question = rpcQuestion("eth_chainId", []);
    const outcome = await ask({ ...question, body: Buffer.from(JSON.stringify(items)) });
    const answers = parsed(outcome.body);
    const whole =
      Array.isArray(answers) &&
      answers.length === size &&
      answers.every((answer) => field(answer, ["result"]) !== undefined);
    if (!whole) break;
    accepted = size;
  }
  return accepted;
}

/** The widest of a few ranges that `eth_getLogs` takes; the address has no logs, so the answers are small. */
async function logRangeLimit(ask: Ask, head: number): Promise<number | null> {
  let accepted: number | null = null;
  for (const blocks of [1_000, 10_000]) {
    const fromBlock = `0x${Math.max(0, head - blocks + 1).toString(16)}`;
    const filter = { fromBlock, toBlock: `0x${head.toString(16)}`, address: NOBODY };
    if ((await rpcResult(ask, "eth_getLogs", [filter])) === undefined) break;
    accepted = blocks;
    if (head < blocks) break;
  }
  return accepted;
}

/** The oldest block whose state is there, by halving; 0 for an archive. Geth keeps the state of genesis always, so 1 is asked. */
async function oldestState(ask: Ask, head: number): Promise<number | null> {
  const has = async (number: number): Promise<boolean> =>
    (await rpcResult(ask, "eth_getBalance", [NOBODY, `0x${number.toString(16)}`])) !== undefined;
  if (!Number.isSafeInteger(head) || !(await has(head))) return null;
  if (head < 2 || (await has(1))) return 0;
  let missing = 1;
  let present = head;
  while (present - missing > 1) {
    const middle = Math.floor((missing + present) / 2);
    if (await has(middle)) present = middle;
    else missing = middle;
  }
  return present;
}

async function hasAt(
  ask: Ask,
  method: string,
  params: readonly unknown[],
  head: number,
): Promise<boolean> {
  const result = head < 1 ? [] : await rpcResult(ask, method, params);
  return result !== undefined && result !== null;
}

async function syncing(ask: Ask): Promise<JsonValue> {
  const result = await rpcResult(ask, "eth_syncing");
  return result === undefined ? null : result !== false;
}

/** Whether the node says that it is still indexing transactions. */
async function indexing(ask: Ask): Promise<boolean> {
  const outcome = await ask(rpcQuestion("eth_getTransactionByHash", [UNKNOWN_HASH]));
  const message = field(parsed(outcome.body), ["error", "message"]);
  return typeof message === "string" && /index/i.test(message);
}
