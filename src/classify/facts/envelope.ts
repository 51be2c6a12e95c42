import type { JsonValue } from "../../model/json.ts";
import { formOf, jsonType } from "./value-forms.ts";
import type { Answer } from "./answer.ts";
import type { FactContext } from "./context.ts";
import type { Fact } from "./fact.ts";

/**
 * What differs in the envelope. Each send has an id of its own, so that only its type counts: a client that sent the
 * number 1 does not find its answer under "1".
 */
export function envelopeFacts(old: Answer, candidate: Answer, context: FactContext): Fact[] {
  // A whole batch has no envelope of its own.
  if (Array.isArray(old.value) || Array.isArray(candidate.value)) return [];
  const facts: Fact[] = [];
  if (old.envelope["jsonrpc"] !== candidate.envelope["jsonrpc"])
    facts.push(fact("/jsonrpc", old, candidate, context));
  if (typeOf(old) !== typeOf(candidate)) facts.push(fact("/id", old, candidate, context));
  return facts;
}

/** An id's type, and whether a number is written as one with a point: clients that keep the text of their ids (Go's) find neither in the other. */
function typeOf(answer: Answer): string {
  const id = answer.envelope["id"];
  if (id === undefined) return "absent";
  return typeof id === "number" ? formOf(exactId(answer) ?? id) : jsonType(id);
}

function exactId(answer: Answer): JsonValue | undefined {
  return (answer.exact?.() ?? answer).envelope["id"];
}

function fact(
  path: "/jsonrpc" | "/id",
  old: Answer,
  candidate: Answer,
  { chain, method }: FactContext,
): Fact {
  const key = path.slice(1);
  return {
    type: "envelope",
    chain: chain.name,
    method,
    path,
    pattern: path,
    old: old.envelope[key],
    candidate: candidate.envelope[key],
  };
}
