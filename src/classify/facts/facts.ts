import type { Change } from "../../diff/change.ts";
import { diff } from "../../diff/diff.ts";

import { UNORDERED_LISTS } from "../../chains/ethereum/unordered-lists.ts";
import { patternOf, toPointer } from "../../diff/path.ts";
import { isObject, type JsonValue } from "../../model/json.ts";
import { readError, type Answer } from "./answer.ts";
import type { Fact } from "./fact.ts";
import { namesLimit } from "../../protocol/phrases.ts";
import { isMissingMethod } from "../rules/predicates.ts";

export interface FactContext {
  readonly method: string;
  /** The method's result is a set. */
  readonly set: boolean;
  /** Patterns of objects whose keys are data. */
  readonly maps: ReadonlySet<string>;
  /** `/result` or `/error`: the place of a JSON-RPC answer; undefined for REST. */
  readonly answer?: string;
}

/** Everything that differs between two answers that were read. Equal answers give nothing. */
export function factsOf(old: Answer, candidate: Answer, context: FactContext): Fact[] {
  if (old.class !== candidate.class) return [answerFact(old, candidate, context.method)];
  const { changes, numbers } = diff(old.value, candidate.value);
  // Numbers were compared as doubles: where their text may say more, compare again with it.
  if (numbers && (old.exact || candidate.exact)) {
    const exact = old.exact?.() ?? old;
    const other = candidate.exact?.() ?? candidate;
    if (exact !== old || other !== candidate)
      return factsOf(exact, other, context).map((fact) => ({ ...fact, marked: true }));
  }
  if (changes.length === 0) return [];
  if (old.class === "error" && old.error && candidate.error) {
    if (isMissingMethod(old.error) !== isMissingMethod(candidate.error))
      return [answerFact(old, candidate, context.method)];
    if (isOtherLimit(old.error.message, candidate.error.message))
      return [
        {
          ...answerFact(old, candidate, context.method),
          path: "/error",
          pattern: "/error",
          old: member(old.value, "error"),
          candidate: member(candidate.value, "error"),
        },
      ];
  }
  const within = old.rest
    ? context
    : { ...context, answer: old.class === "error" ? "/error" : "/result" };
  return changes.map((change) => bodyFact(change, within)).filter((fact) => fact !== null);
}

/** Two limits in other words are one change, of the limit; the same words under another code are not. */
function isOtherLimit(old: string, candidate: string): boolean {
  return old !== candidate && namesLimit(old) && namesLimit(candidate);
}

function answerFact(old: Answer, candidate: Answer, method: string): Fact {
  const from = old.class === "failed" || old.class === "malformed" ? "error" : old.class;
  const to =
    candidate.class === "failed" || candidate.class === "malformed" ? "error" : candidate.class;
  // Result and null share their place; an error has its own, so the change is of the whole response.
  const path = from !== "error" && to !== "error" ? "/result" : "";
  return {
    type: "answer",
    method,
    path,
    pattern: path,
    old: path === "" ? old.value : member(old.value, "result"),
    candidate: path === "" ? candidate.value : member(candidate.value, "result"),
    from,
    to,
    ...(old.error && { oldError: old.error }),
    ...(candidate.error && { candidateError: candidate.error }),
  };
}

function member(value: JsonValue, key: string): JsonValue | undefined {
  return isObject(value) ? value[key] : undefined;
}

function bodyFact(change: Change, context: FactContext): Fact | null {
  const path = toPointer(change.path);
  const pattern = patternOf(path, context.maps);
  const { method } = context;
  const fact: Fact = {
    type: change.type,
    method,
    path,
    pattern,
    old: change.old,
    candidate: change.candidate,
  };
  if (change.type === "reordered" && isUnordered(pattern, context)) return null;
  if (isBesideAnswer(path, context)) return { ...fact, type: "envelope" };
  return change.path.at(-1) === "error" ? (innerError(fact) ?? fact) : fact;
}

/** A member of a JSON-RPC response beside its answer: `"error": null` next to a result, a field of the node's own. */
function isBesideAnswer(path: string, { answer }: FactContext): boolean {
  return answer !== undefined && path.lastIndexOf("/") === 0 && path !== answer;
}

/** An error that appears in, or is gone from, a part of a result: that part now fails, or no longer does. */
function innerError(fact: Fact): Fact | null {
  if (fact.type === "added" && isError(fact.candidate))
    return {
      ...fact,
      type: "answer",
      from: "result",
      to: "error",
      candidateError: readError(fact.candidate),
    };
  if (fact.type === "removed" && isError(fact.old))
    return { ...fact, type: "answer", from: "error", to: "result", oldError: readError(fact.old) };
  return null;
}

function isError(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value !== "";
  return isObject(value) && (Object.hasOwn(value, "message") || Object.hasOwn(value, "code"));
}

function isUnordered(pattern: string, context: FactContext): boolean {
  return (
    (context.set && pattern === "/result") ||
    UNORDERED_LISTS.some(([method, list]) => method === context.method && list === pattern)
  );
}
