import { methodWords, placeOf, type Place, type PlaceFacts } from "../../classify/advice/place.ts";
import type { Kind } from "../../model/kinds.ts";
import type { JsonValue } from "../../model/json.ts";
import { isCutValue } from "../../model/cut-value.ts";
import { shortenText, shortValue } from "./shorten.ts";
import type { Phrase } from "./model.ts";

/** What a sentence is made of. `values` is null where none may be shown (the public entry). */
export type SentenceFacts = PlaceFacts;

type Form = (parts: Parts) => string;

interface Parts {
  /** The method, as code. */
  readonly m: string;
  /** The field's name, as code, or "the result". */
  readonly field: string;
  /** The list itself, where the path is one of an item. */
  readonly list: string;
  /** " from `a` to `b`", or nothing where values are not shown. */
  readonly fromTo: string;
  /** ": `a` is now `b`", or nothing. */
  readonly isNow: string;
  readonly old: string;
  readonly now: string;
  /** "an error", or "the error" with its message as code where it is known. */
  readonly error: string;
  readonly place: Place;
  /** What stands on one side only, where that is known. */
  readonly only: "old" | "candidate" | null;
}

const FORMS: Record<Kind, Form> = {
  "chain-split": () => "The versions follow different chains.",
  "method-removed": ({ m }) => `${m} is no longer served.`,
  "result-to-error": ({ m, error, place }) =>
    place.segments.length > 0
      ? `A part of the result of ${m} holds ${error} where it held none.`
      : place.wire === "rest"
        ? `${m} fails where it gave an answer.`
        : `${m} answers with ${error} where it gave a result.`,
  "null-to-error": ({ m, error }) => `${m} answers with ${error} where it gave \`null\`.`,
  "result-to-null": ({ m }) => `${m} gives \`null\` where it gave a result.`,
  "error-code-changed": ({ m, field, fromTo }) =>
    field === "`error.code`"
      ? `The error code of ${m} changes${fromTo}.`
      : `The error code in results of ${m} (${field}) changes${fromTo}.`,
  "error-data-lost": ({ m }) => `Errors of ${m} no longer carry \`data\`.`,
  "limit-changed": ({ m }) => `${m} enforces another limit.`,
  "batch-order-changed": () => "Answers of a batch come in another order.",
  "http-status-changed": ({ m, fromTo }) => `The HTTP status of ${m} changes${fromTo}.`,
  "content-type-changed": ({ m, fromTo }) => `The content type of ${m} changes${fromTo}.`,
  "malformed-response": ({ m, only, place }) =>
    only === "old" && place.wire === "json-rpc"
      ? `${m} gets no answer in a batch where it got one.`
      : `${m} answers with something that clients can't parse.`,
  "envelope-changed": ({ m, place, only }) => {
    const field = code(shortenText(place.segments[0] ?? "a member"));
    return only === null
      ? `${field} beside the answer of ${m} changes.`
      : `Responses of ${m} ${only === "old" ? "no longer have" : "also have"} ${field} beside the answer.`;
  },
  "no-answer": ({ m }) => `${m} gave no answer in time where it did before.`,
  "field-removed": ({ m, field }) => `${m} no longer returns ${field}.`,
  "field-renamed": ({ m, field }) => `${m} returns ${field} under another name.`,
  "type-changed": ({ m, field, fromTo }) => `The type of ${field} in ${m} changes${fromTo}.`,
  "encoding-changed": ({ m, field, isNow }) => `${field} in ${m} is written differently${isNow}.`,
  "value-changed": ({ m, field, isNow }) =>
    `${field} in ${m} has another value for the same question${isNow}.`,
  "value-to-null": ({ m, field }) => `${field} in ${m} becomes \`null\` where it had a value.`,
  "array-items-missing": ({ m, list }) => `${m} returns fewer items in ${list}.`,
  "event-missing": ({ m }) => `${m} no longer delivers some events.`,
  "error-to-result": ({ m, error, place }) =>
    place.segments.length > 0
      ? `A part of the result of ${m} no longer holds ${error}.`
      : place.wire === "rest"
        ? `${m} gives an answer where it failed.`
        : `${m} gives a result where it answered with ${error}.`,
  "error-message-changed": ({ m, old, now, place }) => {
    const where = place.segments[0] === "result" ? ` in results of ${m}` : ` of ${m}`;
    return old === ""
      ? `The error text${where} changes.`
      : `The error text${where} changes from ${old} to ${now}.`;
  },
  "error-data-changed": ({ m }) => `The \`data\` of errors of ${m} changes.`,
  "null-vs-absent": ({ m, field, only }) =>
    only === null
      ? `${field} in ${m} changes between \`null\` and not being there.`
      : only === "old"
        ? `${field} in ${m} is left out where it was \`null\`.`
        : `${field} in ${m} is \`null\` where it was left out.`,
  "empty-vs-null": ({ m, field, isNow }) =>
    `${field} in ${m} changes between empty and \`null\`${isNow}.`,
  "array-order-changed": ({ m, list }) => `${m} returns the items of ${list} in another order.`,
  "array-items-added": ({ m, list }) => `${m} returns more items in ${list}.`,
  "letter-case-changed": ({ m, field }) =>
    `Letters of ${field} in ${m} change between upper and lower case.`,
  "header-changed": ({ m, field, fromTo, only }) =>
    only === "old"
      ? `${m} no longer sends the header ${field}.`
      : `The header ${field} of ${m} changes${fromTo}.`,
  "enum-value-added": ({ m, field, now }) =>
    `${field} in ${m} has a value that it did not have before${now === "" ? "" : `: ${now}`}.`,
  "latency-regression": ({ m }) => `${m} takes longer to answer.`,
  "size-regression": ({ m }) => `Answers of ${m} are larger.`,
  "method-added": ({ m }) => `${m} is now served.`,
  "field-added": ({ m, field }) => `${m} also returns ${field}.`,
  "header-added": ({ m, field }) => `${m} also sends the header ${field}.`,
  "null-to-result": ({ m }) => `${m} gives a result where it gave \`null\`.`,
  "null-to-value": ({ m, field }) => `${field} in ${m} has a value where it was \`null\`.`,
  "error-data-added": ({ m }) => `Errors of ${m} also carry \`data\`.`,
  "serialisation-changed": ({ m }) => `White space or key order of ${m} changes.`,
  "value-drift": ({ m, field }) => `${field} in ${m} follows the head of the chain.`,
};

/** Several events do what one method does. */
const OF_EVENTS: Partial<Record<Kind, Form>> = {
  "field-removed": ({ m, field }) => `${m} no longer have ${field}.`,
  "field-renamed": ({ m, field }) => `${m} have ${field} under another name.`,
  "field-added": ({ m, field }) => `${m} also have ${field}.`,
  "array-items-missing": ({ m, list }) => `${m} have fewer items in ${list}.`,
  "array-items-added": ({ m, list }) => `${m} have more items in ${list}.`,
  "array-order-changed": ({ m, list }) => `${m} have the items of ${list} in another order.`,
  "event-missing": ({ m }) => `Some ${m} no longer arrive.`,
};

/** One plain sentence on a change, with code between backticks. */
export function sentence(facts: SentenceFacts): Phrase {
  const { kind, method, values } = facts;
  const place = placeOf(facts);
  // Where the type changed, a text beside a number is a text.
  const say = kind === "type-changed" ? shortValue : written;
  const old = values === null ? "" : code(say(values.old, values.candidate));
  const now = values === null ? "" : code(say(values.candidate, values.old));
  const [hasOld, hasNow] = [values?.old !== undefined, values?.candidate !== undefined];
  const isWhole = !isCutValue(values?.old) && !isCutValue(values?.candidate);
  const fromTo = hasOld && hasNow && isWhole ? ` from ${old} to ${now}` : "";
  const field = code(fieldName(place));
  const named = code(shortenText(method));
  const form = (place.isEvent ? OF_EVENTS[kind] : undefined) ?? FORMS[kind];
  const text = form({
    m: place.wire === "batch" ? methodWords(place) : place.isEvent ? `events of ${named}` : named,
    field,
    list: code(fieldName(place).replace(/(?:\[\])+$/, "")),
    fromTo,
    isNow: fromTo === "" ? "" : `: ${old} is now ${now}`,
    old: isWhole ? old : "",
    now: isWhole ? now : "",
    error: errorName(values?.old) ?? errorName(values?.candidate) ?? "an error",
    place,
    only: hasOld === hasNow ? null : hasOld ? "old" : "candidate",
  });
  return capital(text);
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/**
 * A value as it was written. A sample holds a number that a double would change as its text: beside a number, such a text is one,
 * because a real string there would be another type.
 */
function written(value: JsonValue | undefined, other: JsonValue | undefined): string {
  const isText =
    typeof value === "string" && typeof other === "number" && /^-?\d[\d.eE+-]*$/.test(value);
  return isText && String(Number(value)) !== value ? shortenText(value) : shortValue(value);
}

/** The message of a response that is an error. */
function errorName(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value))
    return null;
  const error = value["error"] ?? value;
  if (error === null || typeof error !== "object" || Array.isArray(error)) return null;
  const { message } = error;
  return typeof message === "string" && message !== ""
    ? // Quoted as well: where marks of code are left out, the words of a node must not run into ours.
      `the error ${code(`"${shortenText(message)}"`)}`
    : null;
}

/** Error codes and statuses are protocol, not customer data: small whole numbers at known places. */
export function publicValues(
  path: string,
  old: JsonValue | undefined,
  candidate: JsonValue | undefined,
): SentenceFacts["values"] {
  return /(?:\/error\/code|^\/status)$/.test(path) && isSmall(old) && isSmall(candidate)
    ? { old, candidate }
    : null;
}

/** A pattern such as /result/logs/[star]/blockTimestamp as a reader says it: `logs[].blockTimestamp`. */
function fieldName({ segments, wire, isInBatch, isEvent }: Place): string {
  const [first, ...rest] = segments;
  const parts = first === "headers" || (first === "result" && wire !== "rest") ? rest : segments;
  const name = parts.reduce(
    (text, part) => (part === "*" ? `${text}[]` : text === "" ? part : `${text}.${part}`),
    "",
  );
  if (!/[^[\]]/.test(name)) {
    if (wire === "batch" && !isInBatch) return "the list of answers";
    if (isEvent) return "the event";
    return wire === "rest" ? "the body" : "the result";
  }
  return shortenText(name);
}

function code(text: string): string {
  return ["the result", "the body", "the list of answers", "the event", "nothing"].includes(text)
    ? text
    : `\`${text.replaceAll("`", "'")}\``;
}

function isSmall(value: JsonValue | undefined): boolean {
  return Number.isInteger(value) && Math.abs(Number(value)) < 100_000;
}
