import type { Change } from "../../diff/change.ts";
import { diff } from "../../diff/diff.ts";

import { patternOf, toPointer } from "../../diff/path.ts";
import { isObject, type JsonValue } from "../../model/json.ts";
import { matchesPath } from "../../model/glob.ts";
import { readError, type Answer } from "./answer.ts";
import type { FactContext } from "./context.ts";
import type { Fact } from "./fact.ts";
import { notations } from "./notations.ts";
import { namesLimit } from "../../protocol/phrases.ts";
import { isMissingMethod } from "../rules/predicates.ts";

/** Where the answer itself stands in its response, to tell what is beside it; undefined for REST. */
interface Within {
  readonly context: FactContext;
  readonly answer: "/error" | "/result" | undefined;
}

/** Everything that differs between two answers that were read. Equal answers give nothing. */
export function factsOf(old: Answer, candidate: Answer, context: FactContext): Fact[] {
  if (old.class !== candidate.class) return [answerFact(old, candidate, context)];
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
      return [answerFact(old, candidate, context)];
    if (isOtherLimit(old.error.message, candidate.error.message))
      return [
        {
          ...answerFact(old, candidate, context),
          path: "/error",
          pattern: "/error",
          old: member(old.value, "error"),
          candidate: member(candidate.value, "error"),
        },
      ];
  }
  const within: Within = {
    context,
    answer: old.rest ? undefined : old.class === "error" ? "/error" : "/result",
  };
  const facts = changes.map((change) => bodyFact(change, within)).filter((fact) => fact !== null);
  return notations(facts, { old: old.value, candidate: candidate.value }, context);
}

/** Two limits in other words are one change, of the limit; the same words under another code, or with more after them, are not. */
function isOtherLimit(old: string, candidate: string): boolean {
  return !isSaidIn(candidate, old) && namesLimit(old) && namesLimit(candidate);
}

/** A message goes on saying all that it said; a number that goes on is another number. */
function isSaidIn(message: string, words: string): boolean {
  const start = message.indexOf(words);
  return start !== -1 && !/^\d/.test(message.slice(start + words.length));
}

function answerFact(old: Answer, candidate: Answer, { chain, method }: FactContext): Fact {
  const from = old.class === "failed" || old.class === "malformed" ? "error" : old.class;
  const to =
    candidate.class === "failed" || candidate.class === "malformed" ? "error" : candidate.class;
  // Result and null share their place; an error has its own, so the change is of the whole response.
  const path = from !== "error" && to !== "error" ? "/result" : "";
  return {
    type: "answer",
    chain: chain.name,
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

function bodyFact(change: Change, within: Within): Fact | null {
  const { context } = within;
  const path = toPointer(change.path);
  const pattern = patternOf(path, context.isMap);
  const { chain, method } = context;
  const fact: Fact = {
    type: change.type,
    chain: chain.name,
    method,
    path,
    pattern,
    old: change.old,
    candidate: change.candidate,
    ...(change.alone && { alone: change.alone }),
  };
  if (change.type === "reordered" && isUnordered(pattern, context)) return null;
  if (isBesideAnswer(path, within)) return { ...fact, type: "envelope" };
  return context.partsFail && change.path.at(-1) === "error" ? (innerError(fact) ?? fact) : fact;
}

/** A member of a JSON-RPC response beside its answer: `"error": null` next to a result, a field of the node's own. */
function isBesideAnswer(path: string, { answer }: Within): boolean {
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

function isUnordered(pattern: string, { unordered }: FactContext): boolean {
  return unordered.some((glob) => matchesPath(glob, pattern));
}
