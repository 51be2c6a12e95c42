import { itemOf, methodWords, placeOf, whole, type Place } from "../classify/advice/place.ts";
import { errorOf } from "../classify/advice/error-of.ts";
import { messageText } from "../classify/advice/values.ts";
import { isObject, parsedJson } from "../model/json.ts";
import type { Kind } from "../model/kinds.ts";
import type { GroupFacts } from "../model/run.ts";

interface Titled {
  readonly place: Place;
  readonly group: GroupFacts;
  /** The field in words, with the list or object that it is in: `data in logs`. */
  readonly field: string;
  /** The list itself, where the path is one of an item. */
  readonly list: string;
  /** ` (old → candidate)` where both are short; else nothing. */
  readonly example: string;
}

type Phrase = (titled: Titled) => string;

const PHRASES: Readonly<Record<Kind, Phrase>> = {
  "chain-split": () => "old and candidate are on different chains",
  "method-removed": () => "the method is gone",
  "result-to-error": ({ place, group }) =>
    inPart(place, `a result became ${errorIn(group)}`, "now has an error"),
  "null-to-error": ({ group }) => `null became ${errorIn(group)}`,
  "result-to-null": () => "a result became null",
  "error-code-changed": ({ place, example }) =>
    `the error code${inResult(place)} changed${example}`,
  "error-data-lost": ({ place }) => `the error${inResult(place)} lost its data`,
  "limit-changed": ({ place }) =>
    place.wire === "batch"
      ? "the limit on the size of a batch changed"
      : "a limit on range, size or gas changed",
  "batch-order-changed": () => "the answers come in another order",
  "http-status-changed": ({ example }) => `the HTTP status changed${example}`,
  "content-type-changed": ({ example }) => `the content type changed${example}`,
  "malformed-response": ({ place, group }) =>
    place.wire === "json-rpc" && isGone(group)
      ? "a call in a batch gets no answer"
      : candidateReads(group)
        ? "the answer is no longer one that the protocol allows"
        : "the answer no longer parses",
  "envelope-changed": ({ place, group }) => envelope(place, group),
  "no-answer": () => "candidate gives no answer where old did",
  "field-removed": ({ field }) => `${field} is gone`,
  "field-renamed": ({ field }) => `${field} has another name`,
  "type-changed": ({ field, example }) => `the type of ${field} changed${example}`,
  "encoding-changed": ({ field, example }) => `${field} is written differently${example}`,
  "value-changed": ({ field }) => `${field} has another value for the same question`,
  "value-to-null": ({ field }) => `${field} became null`,
  "array-items-missing": ({ list }) => `${list} has fewer items`,
  "event-missing": () => "events are missing",
  "error-to-result": ({ place }) => inPart(place, "an error became a result", "has lost its error"),
  "error-message-changed": ({ place, example }) =>
    `the error message${inResult(place)} changed${example}`,
  "error-data-changed": ({ place }) => `the data of the error${inResult(place)} changed`,
  "null-vs-absent": ({ field, group }) =>
    directed(group, "null", {
      lost: `${field} was null and is left out`,
      fresh: `${field} was left out and is null`,
      both: `${field} is null on one side and absent on the other`,
    }),
  "empty-vs-null": ({ field, group }) =>
    directed(group, "null", {
      lost: `${field} was null and is empty`,
      fresh: `${field} was empty and is null`,
      both: `${field} is empty on one side and null on the other`,
    }),
  "array-order-changed": ({ list }) => `the items of ${list} come in another order`,
  "array-items-added": ({ list }) => `${list} has more items`,
  "letter-case-changed": ({ field }) => `${field} has another letter case`,
  "header-changed": ({ place, group, example }) =>
    isGone(group)
      ? `the header ${headerOf(place)} is gone`
      : `the header ${headerOf(place)} changed${example}`,
  "enum-value-added": ({ field, example }) => `${field} has a value that is new${example}`,
  "latency-regression": ({ example }) => `candidate answers more slowly${example}`,
  "size-regression": ({ example }) => `candidate's answers are larger${example}`,
  "method-added": () => "the method is new",
  "field-added": ({ field }) => `${field} is new`,
  "header-added": ({ place }) => `the header ${headerOf(place)} is new`,
  "null-to-result": () => "null became a result",
  "null-to-value": ({ field }) => `${field} was null and now has a value`,
  "error-data-added": ({ place }) => `the error${inResult(place)} now carries data`,
  "serialisation-changed": () => "key order or white space changed",
  "value-drift": ({ field }) => `${field} moved with the head or within its tolerance`,
};

/** One plain sentence for a finding: `eth_getBlockByNumber: totalDifficulty is gone.` */
export function titleOf(group: GroupFacts): string {
  const place = placeOf({ ...group, values: null });
  const where = place.wire === "batch" ? methodWords(place).replace("a ", "A ") : group.method;
  return `${where}: ${changeOf(group)}.`;
}

/** The same without the method: what several methods may share. */
export function changeOf(group: GroupFacts): string {
  const place = placeOf({ kind: group.kind, method: group.method, path: group.path, values: null });
  return PHRASES[group.kind]({
    place,
    group,
    field: fieldIn(place),
    list: listIn(place),
    example: example(group),
  });
}

/** The last named part of a path pattern, with what it is in, in words a reader of the API knows. */
function fieldIn(place: Place): string {
  const { segments, field } = place;
  const item = itemOf(place);
  if (field === null) return segments.includes("*") ? `${item} of ${whole(place)}` : whole(place);
  const name = segments.at(-1) === "*" ? `${item} of ${field}` : field;
  const outer = outerOf(segments, field);
  return outer === null ? name : `${name} in ${outer}`;
}

/** The list of a path that ends at one of its items, or that is the list's own. */
function listIn({ segments, field, wire, isInBatch }: Place): string {
  if (field === null) {
    if (wire === "batch" && !isInBatch) return "the list of answers";
    const whole = wire === "rest" ? "the list" : "the result";
    return segments.filter((segment) => segment === "*").length > 1 ? `a list in ${whole}` : whole;
  }
  const outer = outerOf(segments, field);
  return outer === null ? field : `${field} in ${outer}`;
}

/** The list or object that the field is in, where it has a name of its own. */
function outerOf(segments: readonly string[], field: string): string | null {
  const named = segments.filter((segment) => segment !== "*");
  const outer = named[named.lastIndexOf(field) - 1];
  return outer === undefined || outer === "result" || outer === "error" ? null : outer;
}

/** Where an error is read in a result instead of being the answer. */
function inResult({ segments }: Place): string {
  return segments[0] === "result" ? " in the result" : "";
}

function inPart({ segments, wire }: Place, whole: string, part: string): string {
  if (segments.length === 0)
    return wire === "rest"
      ? whole.replace("an error", "a failure").replace("a result", "an answer")
      : whole;
  return `a part of the ${wire === "rest" ? "body" : "result"} ${part}`;
}

function headerOf({ segments }: Place): string {
  return segments[1] ?? "";
}

function envelope({ segments }: Place, group: GroupFacts): string {
  const member = segments[0] ?? "";
  if (member === "id")
    return directed(group, "(absent)", {
      lost: "the response now has an id",
      fresh: "the response has no id",
      both: "the id of the response has another type",
    });
  return directed(group, "(absent)", {
    lost: `the response now has ${member} beside its answer`,
    fresh: `the response no longer has ${member} beside its answer`,
    both: `${member} beside the answer changed`,
  });
}

/** The error as the candidate words it, where all values that were kept have the same words; else "an error". */
function errorIn({ variants }: GroupFacts): string {
  const messages = new Set(variants.map(({ candidate }) => messageIn(candidate)));
  const [message] = messages;
  return messages.size === 1 && typeof message === "string" ? `the error "${message}"` : "an error";
}

function messageIn(text: string): string | null {
  const value = parsedJson(text);
  return value === undefined ? null : messageText(errorOf(value)?.message ?? undefined);
}

/** Whether a value that stood on one side left or came, in all the values that were kept. */
function directed(
  { variants }: GroupFacts,
  value: string,
  texts: { readonly lost: string; readonly fresh: string; readonly both: string },
): string {
  if (variants.length > 0 && variants.every((one) => one.old === value)) return texts.lost;
  if (variants.length > 0 && variants.every((one) => one.candidate === value)) return texts.fresh;
  return texts.both;
}

function isGone({ variants }: GroupFacts): boolean {
  return variants.length > 0 && variants.every(({ candidate }) => candidate === "(absent)");
}

/** Whether all that candidate answered is JSON, as far as it was kept whole. */
function candidateReads({ variants }: GroupFacts): boolean {
  return (
    variants.length > 0 &&
    variants.every(({ candidate }) => {
      const text = parsedJson(candidate);
      return typeof text === "string" && isObject(parsedJson(text));
    })
  );
}

const SHORT = 40;

/** The commonest old and candidate value, where both are short enough to read in passing. */
function example(group: GroupFacts): string {
  const [first] = group.variants.toSorted((a, b) => b.calls - a.calls);
  if (first === undefined || first.old.length > SHORT || first.candidate.length > SHORT) return "";
  const others = group.variants.length > 1 ? ", and others" : "";
  return ` (${first.old} → ${first.candidate}${others})`;
}
