import type { Kind } from "../model/difference.ts";
import type { Fact } from "./fact.ts";
import { isNullable } from "./nullable.ts";
import { isNewEnumValue } from "./enums.ts";
import { isEmptyValue, jsonType, sameButForCase, sameNumber } from "./forms.ts";
import { namesLimit, namesMissingMethod } from "./phrases.ts";

type Matches = (fact: Fact) => boolean;

const toError: Matches = (fact) => fact.type === "answer" && fact.to === "error";
const missing = (error: Fact["oldError"]): boolean =>
  error !== undefined && namesMissingMethod(error.code, error.message);
const changed: Matches = (fact) => fact.type === "changed";
const errorPart = (part: string): Matches => {
  const at = new RegExp(`(?:^|/)error/${part}${part === "data" ? "(?:/|$)" : "$"}`);
  return (fact) => at.test(fact.path);
};
const inData = errorPart("data");
const inMessage: Matches = (fact) =>
  /(?:^|\/)error\/message$/.test(fact.path) ||
  (/(?:^|\/)(?:error|revertReason)$/.test(fact.path) &&
    typeof fact.old === "string" &&
    typeof fact.candidate === "string");

export const ORDER: readonly (readonly [Kind, Matches])[] = [
  ["chain-split", (fact) => fact.type === "chain-split"],
  ["latency-regression", (fact) => fact.type === "latency"],
  ["size-regression", (fact) => fact.type === "size"],
  ["no-answer", (fact) => fact.type === "no-answer"],
  ["malformed-response", (fact) => fact.type === "malformed"],
  ["envelope-changed", (fact) => fact.type === "envelope"],
  ["batch-order-changed", (fact) => fact.type === "batch-order"],
  ["http-status-changed", (fact) => fact.type === "status"],
  ["content-type-changed", (fact) => fact.type === "content-type"],
  ["header-added", (fact) => fact.type === "header-added"],
  ["header-changed", (fact) => fact.type === "header-changed"],
  ["serialisation-changed", (fact) => fact.type === "bytes"],
  ["value-drift", (fact) => fact.type === "drift"],
  [
    "method-removed",
    (fact) =>
      toError(fact) && fact.path === "" && missing(fact.candidateError) && !missing(fact.oldError),
  ],
  [
    "method-added",
    (fact) => fact.type === "answer" && missing(fact.oldError) && !missing(fact.candidateError),
  ],
  [
    "limit-changed",
    (fact) =>
      toError(fact) && fact.candidateError !== undefined && namesLimit(fact.candidateError.message),
  ],
  ["null-to-error", (fact) => toError(fact) && fact.from === "null"],
  ["result-to-error", (fact) => toError(fact) && fact.from === "result"],
  ["error-to-result", (fact) => fact.type === "answer" && fact.from === "error"],
  [
    "result-to-null",
    (fact) => fact.type === "answer" && fact.from === "result" && fact.to === "null",
  ],
  [
    "null-to-result",
    (fact) => fact.type === "answer" && fact.from === "null" && fact.to === "result",
  ],
  ["error-code-changed", errorPart("code")],
  ["error-message-changed", inMessage],
  [
    "error-data-lost",
    (fact) =>
      inData(fact) &&
      (fact.type === "removed" ||
        (changed(fact) &&
          (fact.candidate === null || isEmptyValue(fact.candidate)) &&
          !isEmptyValue(fact.old) &&
          fact.old !== null)),
  ],
  [
    "error-data-added",
    (fact) =>
      inData(fact) &&
      (fact.type === "added" ||
        (changed(fact) &&
          (fact.old === null || isEmptyValue(fact.old)) &&
          !isEmptyValue(fact.candidate))),
  ],
  ["error-data-changed", inData],
  ["array-order-changed", (fact) => fact.type === "reordered"],
  [
    "event-missing",
    (fact) =>
      fact.type === "item-removed" &&
      /^eth_(?:getFilterChanges|subscribe|subscription)$/.test(fact.method),
  ],
  ["array-items-missing", (fact) => fact.type === "item-removed"],
  ["array-items-added", (fact) => fact.type === "item-added"],
  ["field-renamed", (fact) => fact.type === "renamed"],
  [
    "null-vs-absent",
    (fact) =>
      (fact.type === "removed" && fact.old === null) ||
      (fact.type === "added" && fact.candidate === null && isNullable(fact.path)),
  ],
  ["field-removed", (fact) => fact.type === "removed"],
  ["field-added", (fact) => fact.type === "added"],
  [
    "encoding-changed",
    (fact) =>
      fact.type === "rekeyed" ||
      (changed(fact) &&
        !sameButForCase(fact.old ?? null, fact.candidate ?? null) &&
        sameNumber(fact.old ?? null, fact.candidate ?? null)),
  ],
  [
    "empty-vs-null",
    (fact) =>
      changed(fact) &&
      ((fact.old === null && isEmptyValue(fact.candidate)) ||
        (fact.candidate === null && isEmptyValue(fact.old))),
  ],
  [
    "value-to-null",
    (fact) => changed(fact) && fact.candidate === null && typeof fact.old !== "boolean",
  ],
  [
    "null-to-value",
    (fact) => changed(fact) && fact.old === null && typeof fact.candidate !== "boolean",
  ],
  [
    "letter-case-changed",
    (fact) => changed(fact) && sameButForCase(fact.old ?? null, fact.candidate ?? null),
  ],
  [
    "type-changed",
    (fact) =>
      fact.type === "wrapped" ||
      (changed(fact) && jsonType(fact.old ?? null) !== jsonType(fact.candidate ?? null)),
  ],
  ["enum-value-added", (fact) => changed(fact) && isNewEnumValue(fact.path, fact.candidate)],
  ["value-changed", () => true],
];

export function kindOf(fact: Fact): Kind {
  return ORDER.find(([, matches]) => matches(fact))?.[0] ?? "value-changed";
}
