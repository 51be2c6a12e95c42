import { examine } from "../../src/classify/examine.ts";
import { UNKNOWN_METHOD, type MethodKnowledge } from "../../src/chains/knowledge.ts";
import type { Comparison } from "../../src/model/comparison.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";
import type { Call, Pinned } from "../../src/protocol/adapter.ts";
import type { Question } from "../../src/replay/compare/question.ts";
import type { Heads } from "../../src/replay/heads/heads-moved.ts";

/** An answer whose result is this JSON text; `error:` and a text is an error. */
export function outcome(text: string): Outcome {
  const error = text.startsWith("error:");
  const said = error
    ? `"error":{"code":-32000,"message":${JSON.stringify(text.slice(6))}}`
    : `"result":${text}`;
  return {
    kind: error ? "fault" : "reply",
    status: 200,
    headers: {},
    body: Buffer.from(`{"jsonrpc":"2.0","id":1,${said}}`),
    ms: 1,
    target: 0,
  };
}

export function pair(old: string, candidate: string, overrides: Partial<Pair> = {}): Pair {
  return {
    id: "r:1:0",
    name: null,
    protocol: "json-rpc",
    chain: "ethereum",
    method: "eth_getTransactionReceipt",
    customer: null,
    client: null,
    at: null,
    weight: 1,
    request: Buffer.from("{}"),
    old: outcome(old),
    candidate: outcome(candidate),
    control: outcome(old),
    recorded: null,
    ...overrides,
  };
}

export function callOf(method: string, knowledge: Partial<MethodKnowledge> = {}): Call {
  return {
    index: 0,
    method,
    chain: "ethereum",
    knowledge: { ...UNKNOWN_METHOD, safe: true, ...knowledge },
    id: "1",
    bytes: Buffer.from("{}"),
    path: null,
  };
}

export interface Asked extends Partial<Omit<Pinned, "call">> {
  readonly method?: string;
  readonly knowledge?: Partial<MethodKnowledge>;
  readonly before?: Heads;
}

const UNKNOWN_HEADS: Heads = { old: null, candidate: null };

/** A question as it was asked, with what both sides said. */
export function questionOf(comparison: Comparison, asked: Asked = {}): Question {
  const { method = comparison.method, knowledge = {}, before = UNKNOWN_HEADS, ...pinned } = asked;
  const call = callOf(method, knowledge);
  return {
    call,
    asked: { call, replaced: [], left: [], missing: false, highest: null, ...pinned },
    pins: { latest: null, safe: null, finalized: null, rebaseFrom: null },
    before,
    comparison,
  };
}

/** What both sides said, examined. */
export function mismatch(old: string, candidate: string, method = "eth_call"): Comparison {
  return examine(pair(old, candidate, { method }));
}
