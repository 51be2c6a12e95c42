import jsonPatch from "fast-json-patch";
import { examine } from "../../src/classify/examine.ts";
import { diff } from "../../src/diff/diff.ts";
import { sameValue } from "../../src/diff/equal.ts";
import { patchValues } from "../../src/diff/patch.ts";
import type { Kind } from "../../src/model/kinds.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Pair } from "../../src/model/pair.ts";
import { pairOf } from "./pairs.ts";

/** What each kind becomes when the sides are swapped; a kind that is not here stays what it is. */
const MIRRORS: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  "field-removed": ["field-added"],
  // A new field that is null is new; a null that is gone was there.
  "field-added": ["field-removed", "null-vs-absent"],
  "null-vs-absent": ["null-vs-absent", "field-added"],
  "value-to-null": ["null-to-value"],
  "null-to-value": ["value-to-null"],
  "array-items-missing": ["array-items-added"],
  "array-items-added": ["array-items-missing"],
  "result-to-null": ["null-to-result"],
  "null-to-result": ["result-to-null"],
  // An error that names a limit or a method that is gone has a kind of its own in one direction.
  "result-to-error": ["error-to-result"],
  "null-to-error": ["error-to-result"],
  "error-to-result": ["result-to-error", "null-to-error", "limit-changed"],
  "limit-changed": ["error-to-result", "limit-changed"],
  "method-removed": ["method-added"],
  "method-added": ["method-removed", "limit-changed", "result-to-error", "null-to-error"],
  "error-data-lost": ["error-data-added"],
  "error-data-added": ["error-data-lost"],
  "enum-value-added": ["enum-value-added", "value-changed"],
  "value-changed": ["value-changed", "enum-value-added"],
  "malformed-response": [],
};

type Values = readonly [JsonValue, JsonValue];

export function identityHolds(value: JsonValue): boolean {
  return diff(value, structuredClone(value)).changes.length === 0;
}

/** Nothing is found exactly where the values are the same. */
export function findsWhatDiffers([old, candidate]: Values): boolean {
  return (diff(old, candidate).changes.length === 0) === sameValue(old, candidate);
}

export function patchGivesCandidate([old, candidate]: Values): boolean {
  // The library that applies patches writes to the prototype for this key; the patch itself is right.
  if (JSON.stringify([old, candidate]).includes("__proto__")) return true;
  const { patch } = patchValues(old, candidate);
  if (patch === null) return false;
  const document = { v: structuredClone(old) };
  const operations = patch.map((operation) => ({ ...operation, path: `/v${operation.path}` }));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- operations as the library itself made them
  jsonPatch.applyPatch(document, operations as jsonPatch.Operation[], false, true, false);
  return sameValue(document.v, candidate);
}

function resultPair(old: JsonValue, candidate: JsonValue): Pair {
  return pairOf(resultText(old), resultText(candidate), "eth_anything");
}

function resultText(result: JsonValue): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, result });
}

/** Each kind that is found one way has its mirror the other way. */
export function kindsMirror([old, candidate]: Values): boolean {
  const there = kindsOf(resultPair(old, candidate));
  const back = kindsOf(resultPair(candidate, old));
  return [...there].every((kind) => {
    const mirrors = MIRRORS[kind] ?? [kind];
    return mirrors.length === 0 || mirrors.some((mirror) => back.has(mirror));
  });
}

function kindsOf(pair: Pair): Set<Kind> {
  return new Set(examine(pair).differences.map(({ kind }) => kind));
}

/** Any bytes give a comparison, whose state fits its differences. */
export function neverThrows(old: Buffer, candidate: Buffer, control: Buffer): boolean {
  const pair = pairOf("null", "null", "eth_call");
  const compared = examine({
    ...pair,
    old: { ...pair.old, body: old },
    candidate: { ...pair.candidate, body: candidate },
    control: { ...pair.old, body: control },
  });
  return compared.state !== "uncomparable" || compared.reason !== null;
}
