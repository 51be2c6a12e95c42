import type { ExchangeResult } from "../../model/comparison.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { Run } from "../ask/asking.ts";
import { looker, type Lane, type Tally } from "../ask/lane.ts";
import { compareCall } from "../compare/call.ts";
import { type Ask, rpcResult, field } from "../../chains/ask.ts";

/** The signed example of EIP-155, for chain id 1: refused by every other chain. */
const MAINNET_EXAMPLE =
  "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";

const MALFORMED: Readonly<Record<string, string>> = {
  empty: "0x",
  "not hex": "0xzz",
  "one byte": "0x00",
  "unknown type": "0x7f01",
  "cut short": MAINNET_EXAMPLE.slice(0, 60),
  "without prefix": MAINNET_EXAMPLE.slice(2),
};

const MAINNET = "1";
/** Blocks that are searched for a mined transaction. */
const SEARCH_BLOCKS = 16;

/**
 * Sends transactions that can't be included anywhere (malformed, of another chain, mined already) to both sides and compares
 * how they are refused. Only on request: it is for targets that their operator declares isolated.
 */
export async function* probeSend(
  run: Run,
  lane: Lane,
  chainId: string,
): AsyncGenerator<ExchangeResult> {
  const [old] = run.options.old;
  const [candidate] = run.options.candidate;
  if (old === undefined || candidate === undefined) return;
  const ask = looker(lane, old);
  const mined = await minedTransaction(ask);
  const transactions = {
    ...MALFORMED,
    ...(chainId === MAINNET || chainId === "unknown"
      ? {}
      : { "of another chain": MAINNET_EXAMPLE }),
    ...(mined === null ? {} : { "mined already": mined }),
  };
  for (const [name, raw] of Object.entries(transactions)) {
    if (run.signal.aborted) return;
    const key = `probe-send:${name}`;
    const exchange = exchangeOf(name, raw);
    const adapter = run.adapters[exchange.protocol];
    const [call] = adapter.read(exchange)?.calls ?? [];
    if (call === undefined) continue;
    const tally: Tally = { sends: 0, ceiling: run.options.maxSendsPerCall };
    const asking = { run, lane, exchange, adapter, old, candidate, tally };
    const comparison = await compareCall(asking, { key, call, recorded: null });
    yield { key, comparisons: [comparison], sends: tally.sends, beside: true };
  }
}

/** The raw text of a transaction that is in one of the latest blocks, or null. */
async function minedTransaction(ask: Ask): Promise<string | null> {
  const head = Number(await rpcResult(ask, "eth_blockNumber"));
  for (let number = head; number > Math.max(0, head - SEARCH_BLOCKS); number--) {
    const block = await rpcResult(ask, "eth_getBlockByNumber", [`0x${number.toString(16)}`, false]);
    const hashes = field(block, ["transactions"]);
    const hash: unknown = Array.isArray(hashes) ? hashes[0] : undefined;
    if (typeof hash !== "string") continue;
    const raw = await rpcResult(ask, "eth_getRawTransactionByHash", [hash]);
    if (typeof raw === "string" && raw.length > 2) return raw;
  }
  return null;
}

function exchangeOf(name: string, raw: string): Exchange {
  const request = { jsonrpc: "2.0", id: 1, method: "eth_sendRawTransaction", params: [raw] };
  return {
    id: 0,
    at: Date.now(),
    durationMs: null,
    protocol: "json-rpc",
    transport: "http",
    connection: null,
    customer: null,
    name: `probe-send/${name}`,
    request: { verb: "POST", path: "/", headers: {}, body: Buffer.from(JSON.stringify(request)) },
    response: null,
    probability: 1,
    unreplayable: null,
  };
}
