import type { Kind } from "../model/kinds.ts";
import type { GroupFacts } from "../model/run.ts";

/** What to say of a kind at a place; `place` is a field in words, `what` the same with its capital where it starts. */
type Phrase = (place: string, group: GroupFacts) => string;

const PHRASES: Readonly<Record<Kind, Phrase>> = {
  "chain-split": () => "old and candidate are on different chains",
  "method-removed": () => "the method is gone",
  "result-to-error": () => "a result became an error",
  "null-to-error": () => "null became an error",
  "result-to-null": () => "a result became null",
  "error-code-changed": (_, group) => `the error code changed${example(group)}`,
  "error-data-lost": () => "the error lost its data",
  "limit-changed": () => "a limit on range, size or gas changed",
  "batch-order-changed": () => "the answers of a batch come in another order",
  "http-status-changed": (_, group) => `the HTTP status changed${example(group)}`,
  "content-type-changed": (_, group) => `the content type changed${example(group)}`,
  "malformed-response": () => "the answer no longer parses",
  "envelope-changed": (place) => `${place} of the JSON-RPC envelope changed`,
  "no-answer": () => "candidate gives no answer where old did",
  "field-removed": (place) => `${place} is gone`,
  "field-renamed": (place) => `${place} has another name`,
  "type-changed": (place, group) => `the type of ${place} changed${example(group)}`,
  "encoding-changed": (place, group) => `${place} is written differently${example(group)}`,
  "value-changed": (place) => `${place} has another value for the same question`,
  "value-to-null": (place) => `${place} became null`,
  "array-items-missing": (place) => `items are missing from ${place}`,
  "event-missing": () => "subscription events are missing",
  "error-to-result": () => "an error became a result",
  "error-message-changed": (_, group) => `the error message changed${example(group)}`,
  "error-data-changed": () => "the error's data changed",
  "null-vs-absent": (place) => `${place} is null on one side and absent on the other`,
  "empty-vs-null": (place) => `${place} is empty on one side and null on the other`,
  "array-order-changed": (place) => `the items of ${place} come in another order`,
  "array-items-added": (place) => `${place} has more items`,
  "letter-case-changed": (place) => `${place} has another letter case`,
  "header-changed": (place) => `${place} changed`,
  "enum-value-added": (place, group) => `${place} has a value that is new${example(group)}`,
  "latency-regression": () => "candidate answers more slowly",
  "size-regression": () => "candidate's answers are larger",
  "method-added": () => "the method is new",
  "field-added": (place) => `${place} is new`,
  "header-added": (place) => `${place} is new`,
  "null-to-result": () => "null became a result",
  "null-to-value": (place) => `${place} was null and now has a value`,
  "error-data-added": () => "the error now carries data",
  "serialisation-changed": () => "key order or white space changed",
  "value-drift": (place) => `${place} moved with the head or within its tolerance`,
};

/** One plain sentence for a finding: `eth_getBlockByNumber: totalDifficulty is gone.` */
export function titleOf(group: GroupFacts): string {
  return `${group.method}: ${PHRASES[group.kind](placeOf(group.path), group)}.`;
}

/** The last named part of a path pattern, in words a reader of the API knows. */
function placeOf(pattern: string): string {
  const segments = pattern.split("/").slice(1);
  if (segments[0] === "headers") return `the header ${segments[1] ?? ""}`.trim();
  const named = segments.filter((segment) => segment !== "*");
  const last = named.at(-1);
  if (last === undefined) return "the answer";
  if (named.length === 1 && last === "result")
    return segments.length === 1 ? "the result" : "an item of the result";
  return segments.at(-1) === "*" ? `an item of ${last}` : last;
}

const SHORT = 40;

/** The commonest old and candidate value, where both are short enough to read in passing. */
function example(group: GroupFacts): string {
  const [first] = group.variants.toSorted((a, b) => b.calls - a.calls);
  if (first === undefined || first.old.length > SHORT || first.candidate.length > SHORT) return "";
  return ` (${first.old} → ${first.candidate})`;
}
