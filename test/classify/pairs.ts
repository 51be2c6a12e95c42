import { pairOf } from "../../studies/support/pairs.ts";
import type { ExamineOptions } from "../../src/classify/examine.ts";
import { examine } from "../../src/classify/examine.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";

/** A response text around an answer such as `{ result: "0x1" }`. */
export function response(answer: { readonly [key: string]: JsonValue }): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, ...answer });
}

/** An outcome with this body. */
export function gave(body: string | null, changes: Partial<Outcome> = {}): Outcome {
  return {
    kind: body?.includes('"error"') === true ? "fault" : "reply",
    status: 200,
    headers: {},
    body: body === null ? null : Buffer.from(body),
    ms: null,
    target: 0,
    ...changes,
  };
}

export function silent(kind: "timeout" | "unreachable"): Outcome {
  return gave(null, {
    kind,
    status: null,
    detail: kind === "timeout" ? "no answer" : "ECONNREFUSED",
  });
}

/** `kind path` of each difference between two results of a method that nothing is known of. */
export function found(old: JsonValue, candidate: JsonValue, method = "eth_anything"): string[] {
  return kinds(pairOf(response({ result: old }), response({ result: candidate }), method));
}

export function kinds(pair: Pair, options: ExamineOptions = {}): string[] {
  return examine(pair, options).differences.map(({ kind, path }) => `${kind} ${path}`);
}
