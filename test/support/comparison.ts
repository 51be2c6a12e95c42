import type { Comparison } from "../../src/model/comparison.ts";
import type { Difference } from "../../src/model/difference.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";

function reply(text: string): Outcome {
  return {
    kind: "reply",
    status: 200,
    headers: {},
    body: Buffer.from(text),
    ms: 1,
    target: 0,
  };
}

export function pairOf(changes: Partial<Pair> = {}): Pair {
  return {
    id: "0:1:0",
    name: null,
    protocol: "json-rpc",
    chain: "ethereum",
    method: "eth_call",
    customer: null,
    client: null,
    at: null,
    weight: 1,
    request: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[]}'),
    old: reply('{"jsonrpc":"2.0","id":1,"result":"0x1"}'),
    candidate: reply('{"jsonrpc":"2.0","id":1,"result":"0x2"}'),
    control: null,
    recorded: null,
    ...changes,
  };
}

export const CHANGED: Difference = {
  kind: "value-changed",
  path: "/result",
  pattern: "/result",
  old: "0x1",
  candidate: "0x2",
};

/** A call of eth_call whose result changed; give what is different about yours. */
export function comparisonOf(changes: Partial<Comparison> = {}): Comparison {
  const pairId = changes.pairId ?? "0:1:0";
  return {
    pairId,
    name: null,
    method: "eth_call",
    customer: "cus_0000000000000001",
    client: { name: "ethers", version: "6.15" },
    at: Date.UTC(2026, 0, 1),
    weight: 1,
    state: "different",
    reason: null,
    differences: [CHANGED],
    unrepeated: [],
    excused: [],
    confidence: "confirmed",
    agreedOnError: false,
    latencyMs: { old: 10, candidate: 20 },
    bytes: { old: 40, candidate: 40 },
    targets: { old: 0, candidate: 0 },
    pair: pairOf({ id: pairId }),
    ...changes,
  };
}

export function same(pairId: string): Comparison {
  return comparisonOf({ pairId, state: "same", differences: [], pair: null });
}
