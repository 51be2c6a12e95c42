import { chainOf } from "../../src/chains/index.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";

/** A pair of two JSON-RPC response texts. */
export function pairOf(old: string, candidate: string, method = "eth_call"): Pair {
  return {
    id: "1",
    name: null,
    protocol: "json-rpc",
    chain: chainOf("json-rpc", method),
    method,
    customer: null,
    client: null,
    at: null,
    weight: 1,
    request: Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] })),
    old: outcomeOf(old),
    candidate: outcomeOf(candidate),
    control: null,
    recorded: null,
  };
}

export function outcomeOf(text: string): Outcome {
  const kind =
    /^\s*\{[^]*"error"\s*:\s*\{/.test(text) && !text.includes('"result"') ? "fault" : "reply";
  return { kind, status: 200, headers: {}, body: Buffer.from(text), ms: null, target: 0 };
}
