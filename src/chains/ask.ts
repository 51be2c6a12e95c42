import { parsedJson } from "../model/json.ts";
import type { Outcome } from "../model/pair.ts";
import type { Question } from "./chain.ts";

/** Asks one target over one connection. */
export type Ask = (question: Question) => Promise<Outcome>;

const JSON_HEADERS = { "content-type": "application/json" };

/** A JSON-RPC question of our own. */
export function rpcQuestion(method: string, params: readonly unknown[]): Question {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  return { verb: "POST", path: null, headers: JSON_HEADERS, body };
}

/** The parsed `result` of a JSON-RPC reply; undefined where there is none. */
export async function rpcResult(
  ask: Ask,
  method: string,
  params: readonly unknown[] = [],
): Promise<unknown> {
  const outcome = await ask(rpcQuestion(method, params));
  return outcome.kind === "reply" ? field(parsed(outcome.body), ["result"]) : undefined;
}

/** A body as JSON, or undefined. */
export function parsed(body: Buffer | null): unknown {
  return body === null ? undefined : parsedJson(body);
}

/** The value at a path of keys in parsed JSON, or undefined. */
export function field(value: unknown, path: readonly string[]): unknown {
  let inside: unknown = value;
  for (const key of path) {
    if (typeof inside !== "object" || inside === null || !Object.hasOwn(inside, key))
      return undefined;
    inside = (inside as Record<string, unknown>)[key];
  }
  return inside;
}
