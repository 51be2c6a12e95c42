import type { Kind } from "../../model/kinds.ts";
import * as answers from "./answers.ts";
import * as errors from "./errors.ts";
import * as fields from "./fields.ts";
import { placeOf, type Place, type PlaceFacts } from "./place.ts";
import * as transport from "./transport.ts";
import * as values from "./kinds-of-value.ts";
import type { PlaceWords, Template } from "./words.ts";

export type { PlaceFacts } from "./place.ts";
export type { PlaceWords } from "./words.ts";

const TEMPLATES: Readonly<Record<Kind, Template>> = {
  "chain-split": transport.chainSplit,
  "method-removed": answers.methodRemoved,
  "result-to-error": answers.resultToError,
  "null-to-error": answers.nullToError,
  "result-to-null": answers.resultToNull,
  "error-code-changed": errors.errorCodeChanged,
  "error-data-lost": errors.errorDataLost,
  "limit-changed": answers.limitChanged,
  "batch-order-changed": transport.batchOrderChanged,
  "http-status-changed": transport.httpStatusChanged,
  "content-type-changed": transport.contentTypeChanged,
  "malformed-response": transport.malformedResponse,
  "envelope-changed": transport.envelopeChanged,
  "no-answer": transport.noAnswer,
  "field-removed": fields.fieldRemoved,
  "field-renamed": fields.fieldRenamed,
  "type-changed": values.typeChanged,
  "encoding-changed": values.encodingChanged,
  "value-changed": values.valueChanged,
  "value-to-null": fields.valueToNull,
  "array-items-missing": values.itemsMissing,
  "event-missing": values.eventMissing,
  "error-to-result": answers.errorToResult,
  "error-message-changed": errors.errorMessageChanged,
  "error-data-changed": errors.errorDataChanged,
  "null-vs-absent": fields.nullVsAbsent,
  "empty-vs-null": fields.emptyVsNull,
  "array-order-changed": values.orderChanged,
  "letter-case-changed": values.letterCaseChanged,
  "header-changed": transport.headerChanged,
  "enum-value-added": values.enumValueAdded,
  "latency-regression": transport.slower,
  "size-regression": transport.larger,
  "method-added": answers.methodAdded,
  "field-added": fields.fieldAdded,
  "header-added": transport.headerAdded,
  "array-items-added": values.itemsAdded,
  "null-to-result": answers.nullToResult,
  "null-to-value": fields.nullToValue,
  "error-data-added": errors.errorDataAdded,
  "serialisation-changed": fields.nothing,
  "value-drift": values.valueDrift,
};

/** A REST answer is good or bad by its status and has no envelope. */
const REST: Partial<Record<Kind, Template>> = {
  "result-to-error": answers.restToError,
  "null-to-error": answers.restToError,
  "error-to-result": answers.restToResult,
};

/**
 * What is said of one difference, from nothing but its own method, path and values: no text names another method, field,
 * library or protocol. A line that does not fit is left out.
 */
export function wordsAt(facts: PlaceFacts): PlaceWords {
  const place = placeOf(facts);
  const template = (place.wire === "rest" ? REST[place.kind] : undefined) ?? TEMPLATES[place.kind];
  const { search = null, logs = null, breaks = [], works = null, ...words } = template(place);
  const code = search !== null && search.length < SHORTEST_TERM ? place.method : search;
  return {
    ...words,
    // A field may be called "a".
    sees:
      place.field !== null && words.sees.startsWith(`${place.field} `)
        ? words.sees
        : capital(words.sees),
    breaks,
    works,
    search: { code: greppable(code, place), logs: greppable(logs, place) },
  };
}

/** A shorter term (`v`, 3) stands everywhere in code: the method's name finds the place. */
const SHORTEST_TERM = 3;

/** A capital for an article, never for the name of a field or method, which its letters are. */
function capital(text: string): string {
  return /^(?:the|an?) /.test(text) ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : text;
}

/** A term as it stands in code and logs: a route without its verb and parameters; a batch has no name there. */
function greppable(term: string | null, place: Place): string | null {
  if (term !== place.method) return term;
  if (place.wire === "batch") return null;
  // What a client sends for a feed is its `…_subscribe`.
  if (place.isEvent)
    return (place.method.split(" ")[0] as string).replace(/_subscription$/, "_subscribe");
  return place.wire === "rest" ? answers.routeOf(place) : term;
}
