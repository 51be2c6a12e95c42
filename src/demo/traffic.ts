import { Pool } from "undici";
import type { JsonValue } from "../model/json.ts";
import type { Chain } from "./chain.ts";
import { SELECTORS } from "./contract.ts";

/** Invented customers: their keys are made for the demo, and the recorder turns them into pseudonyms. */
export const CUSTOMERS = [
  {
    key: "demo-explorer-5f1c0a7e9b",
    client: "ethers/6.15.0",
    methods: /Transaction(?!Count)|Block|Logs/,
  },
  {
    key: "demo-wallet-83d2e6c471",
    client: "viem/2.47.0",
    methods: /call|Balance|Count$|estimate|gasPrice|chainId|Nonce/,
  },
  {
    key: "demo-monitor-c09b7fa165",
    client: "web3.py/7.12.0",
    methods: /blockNumber|net_|syncing|accounts|web3|Storage|Code/,
  },
] as const;

/**
 * Calls of 5,000 as counted on a public endpoint (ethspam's published table), and after them some rare methods that such a
 * table lacks: they are where upgrades break clients unseen.
 */
const WEIGHTS: readonly (readonly [method: string, weight: number])[] = [
  ["eth_call", 1928],
  ["eth_getTransactionReceipt", 607],
  ["eth_getBalance", 545],
  ["eth_getBlockByNumber", 399],
  ["eth_getTransactionCount", 390],
  ["eth_blockNumber", 333],
  ["eth_getTransactionByHash", 255],
  ["eth_getLogs", 252],
  ["eth_getCode", 88],
  ["eth_estimateGas", 45],
  ["eth_getBlockByHash", 38],
  ["eth_getTransactionByBlockNumberAndIndex", 30],
  ["net_version", 25],
  ["eth_sendRawTransaction", 16],
  ["eth_gasPrice", 14],
  ["net_listening", 12],
  ["net_peerCount", 7],
  ["eth_syncing", 4],
  ["eth_getStorageAt", 4],
  ["eth_accounts", 3],
  ["eth_getBlockReceipts", 12],
  ["eth_getTransactionByBlockHashAndIndex", 10],
  ["eth_getTransactionBySenderAndNonce", 8],
  ["debug_traceBlockByNumber", 8],
  ["trace_replayBlockTransactions", 8],
  ["web3_clientVersion", 6],
];
const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
const BATCH_SHARE = 0.03;
const ERROR_SHARE = 0.02;
const CONCURRENCY = 8;
const REORGANISED = `0x${"5eed".repeat(16)}`;

export interface Call {
  readonly method: string;
  readonly params: readonly JsonValue[];
}

/** A small seeded generator (mulberry32): the demo sends the same traffic each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * `count` calls in the proportions of real traffic, each about something that the chain has. However few they are, the one
 * that the upgrade breaks is among them: the demo is there to show it.
 */
export function makeCalls(chain: Chain, count: number, seed: number): Call[] {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const breaking = Math.floor(count / 2);
  return Array.from({ length: count }, (_, index) => {
    if (index === breaking) return { method: "eth_getLogs", params: [logsOfLostBlock(chain)] };
    let rest = random() * TOTAL;
    const [method] = WEIGHTS.find(([, weight]) => (rest -= weight) < 0) ?? WEIGHTS[0]!;
    return { method, params: paramsOf(method, chain, random, pick) };
  });
}

function paramsOf(
  method: string,
  chain: Chain,
  random: () => number,
  pick: <Item>(items: readonly Item[]) => Item,
): readonly JsonValue[] {
  const number = `0x${Math.floor(random() * (chain.head + 1)).toString(16)}`;
  const block = random() < 0.8 ? "latest" : number;
  const wrong = random() < ERROR_SHARE;
  switch (method) {
    case "eth_call":
      return [{ to: chain.contract, data: wrong ? SELECTORS.fail : SELECTORS.get }, block];
    case "eth_estimateGas":
      return [
        {
          from: pick(chain.accounts),
          to: chain.contract,
          data: wrong ? SELECTORS.fail : SELECTORS.get,
        },
      ];
    case "eth_getTransactionReceipt":
    case "eth_getTransactionByHash":
      return [wrong ? `0x${"0".repeat(64)}` : pick(chain.transactions)];
    case "eth_getBalance":
    case "eth_getTransactionCount":
      return [wrong ? "0x12" : pick(chain.accounts), block];
    case "eth_getCode":
      return [chain.contract, block];
    case "eth_getStorageAt":
      return [chain.contract, "0x0", block];
    case "eth_getBlockByNumber":
      return [block, random() < 0.3];
    case "eth_getBlockByHash":
      return [pick(chain.blocks), random() < 0.5];
    case "eth_getTransactionByBlockHashAndIndex":
      return [pick(chain.blocks), "0x0"];
    case "eth_getTransactionBySenderAndNonce":
      return [pick(chain.accounts), "0x0"];
    case "debug_traceBlockByNumber":
      return [number, { tracer: "callTracer" }];
    case "trace_replayBlockTransactions":
      return [number, ["trace"]];
    case "eth_getBlockReceipts":
      return [number];
    case "eth_getTransactionByBlockNumberAndIndex":
      return [number, "0x0"];
    case "eth_getLogs":
      return wrong
        ? [logsOfLostBlock(chain)]
        : [{ fromBlock: number, toBlock: "latest", address: chain.contract }];
    case "eth_sendRawTransaction":
      return ["0xf8018080808080808080"];
    default:
      return [];
  }
}

/** Logs by the hash of a block that was reorganised away: what an indexer asks after each reorg. */
function logsOfLostBlock({ contract }: Chain): JsonValue {
  return { blockHash: REORGANISED, address: contract };
}

/** Sends calls through the recorder as the customers would: a few in batches, each customer with its key. */
export async function driveTraffic(
  url: string,
  calls: readonly Call[],
  signal: AbortSignal,
): Promise<number> {
  const pool = new Pool(new URL(url).origin, { connections: CONCURRENCY });
  const bodies = bodiesOf(calls);
  let sent = 0;
  const worker = async (): Promise<void> => {
    for (let next = bodies.shift(); next !== undefined && !signal.aborted; next = bodies.shift()) {
      const { body } = await pool.request({
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/json",
          "user-agent": next.customer.client,
          "x-api-key": next.customer.key,
        },
        body: next.text,
      });
      await body.dump({ limit: 10_000_000 });
      sent += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  } finally {
    await pool.close();
  }
  return sent;
}

interface Body {
  readonly customer: (typeof CUSTOMERS)[number];
  readonly text: string;
}

function bodiesOf(calls: readonly Call[]): Body[] {
  const random = seeded(calls.length);
  const queue = calls.map((call, index) => ({ jsonrpc: "2.0", id: index + 1, ...call }));
  const bodies: Body[] = [];
  while (queue.length > 0) {
    const first = queue.shift()!;
    const customer = CUSTOMERS.find(({ methods }) => methods.test(first.method)) ?? CUSTOMERS[1];
    if (random() >= BATCH_SHARE) {
      bodies.push({ customer, text: JSON.stringify(first) });
      continue;
    }
    const others = queue.filter(({ method }) => customer.methods.test(method)).slice(0, 3);
    for (const other of others) queue.splice(queue.indexOf(other), 1);
    bodies.push({ customer, text: JSON.stringify([first, ...others]) });
  }
  return bodies;
}
