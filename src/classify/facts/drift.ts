import { isNumberText, numberText } from "../../diff/number-text.ts";
import { isObject, type JsonValue } from "../../model/json.ts";
import type { Form, Invariant } from "../../chains/knowledge.ts";
import type { Fact } from "./fact.ts";
import { formOf } from "./value-forms.ts";

/**
 * Turns facts into drift where the answer follows the head, or is only asked for its shape: another value of the same
 * form, another length of a list, a map with other keys. A field that is gone or a form that changed stays what it is.
 */
export function drifting(facts: readonly Fact[], invariants: readonly Invariant[]): Fact[] {
  const other = otherTypes(facts);
  return facts.map((fact) => {
    if (isOfError(fact)) return fact;
    if (holds(fact, invariants) || isOfOtherType(fact, other)) return { ...fact, type: "drift" };
    return isOtherForm(fact) ? { ...fact, type: "form" } : fact;
  });
}

/** Everything in the answer is the node's own: its name, its peers, its mempool. Its class still counts. */
export function allDrift(facts: readonly Fact[]): Fact[] {
  return facts.map((fact) => (isOfError(fact) ? fact : { ...fact, type: "drift" }));
}

/** Objects that are of another type on the other side: a legacy transaction here, one with a fee cap there. */
function otherTypes(facts: readonly Fact[]): Set<string> {
  const parents = facts
    .filter(({ type, path }) => type === "changed" && /\/(?:type|tx_type)$/.test(path))
    .map(({ path }) => path.slice(0, path.lastIndexOf("/")));
  return new Set(parents);
}

/** Types have fields of their own: one that comes or goes with the type is no change of the API. */
function isOfOtherType({ type, path }: Fact, other: ReadonlySet<string>): boolean {
  return (
    (type === "added" || type === "removed" || type === "renamed") &&
    other.has(path.slice(0, path.lastIndexOf("/")))
  );
}

/** Two texts of different forms: their values may differ as they like, the way they are written may not. */
function isOtherForm({ type, old, candidate }: Fact): boolean {
  return (
    type === "changed" &&
    typeof old === "string" &&
    typeof candidate === "string" &&
    formOf(old) !== formOf(candidate)
  );
}

/** A whole answer that became an error or stopped being one, and what an error says: never a matter of the head. */
function isOfError(fact: Fact): boolean {
  return (fact.type === "answer" && fact.path === "") || fact.path.startsWith("/error");
}

function holds(fact: Fact, invariants: readonly Invariant[]): boolean {
  if (fact.type === "item-added" || fact.type === "item-removed" || fact.type === "reordered")
    return true;
  if (fact.type === "added" || fact.type === "removed")
    return fact.path !== fact.pattern && fact.pattern.endsWith("/*");
  if (fact.type !== "changed") return false;
  const { old = null, candidate = null } = fact;
  const invariant = invariants.find((row) => row.pattern === fact.pattern);
  if (invariant) return isOfForm(candidate, invariant.form) && isNear(old, candidate, invariant);
  const before = formOf(old);
  const after = formOf(candidate);
  // A block may be pending on one side and mined on the other.
  if (before === "null" || after === "null") return true;
  if (before === "text" && after === "text") return !/(?:^|\/)error(?:\/|$)/.test(fact.path);
  if (before !== after) return new Set([before, after, "number", "fraction"]).size === 2;
  // Hashes and addresses keep their length; byte strings of other lengths are other contents.
  return true;
}

const FORMS: Readonly<Record<Form, (value: JsonValue) => boolean>> = {
  quantity: (value) => formOf(value) === "quantity",
  hash: (value) => typeof value === "string" && /^0x[0-9a-f]{64}$/i.test(value),
  "hash-list": (value) => Array.isArray(value),
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number" || isNumberText(value),
  string: (value) => typeof value === "string",
  object: isObject,
  array: (value) => Array.isArray(value),
  "object-or-false": (value) => value === false || isObject(value),
};

function isOfForm(value: JsonValue, form: Form): boolean {
  return FORMS[form](value);
}

function isNear(old: JsonValue, candidate: JsonValue, { within, ratio }: Invariant): boolean {
  const left = toNumber(old);
  const right = toNumber(candidate);
  if (left === null || right === null) return true;
  if (within !== undefined && Math.abs(left - right) > within) return false;
  return ratio === undefined || Math.max(left, right) <= Math.min(left, right) * ratio;
}

/** A quantity, decimal or JSON number as a number; null for anything else. */
export function toNumber(value: JsonValue | undefined): number | null {
  if (typeof value === "number") return value;
  if (isNumberText(value)) return Number(numberText(value));
  if (typeof value !== "string") return null;
  return /^(?:0x[0-9a-f]+|-?\d+(?:\.\d+)?)$/i.test(value) ? Number(value) : null;
}
