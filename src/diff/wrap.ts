import type { JsonValue } from "../model/json.ts";
import { sameValue } from "./equal.ts";

/** Where one value is the other's member. */
export interface Wrap {
  /** The member that is the other value. */
  readonly key: string;
  /** Whether the object around it is the candidate's. */
  readonly isNew: boolean;
}

/** The member of one side that is the other side's whole value; null where there is none, or the outer one is a list. */
export function wrapOf(old: JsonValue | undefined, candidate: JsonValue | undefined): Wrap | null {
  if (old === undefined || candidate === undefined) return null;
  const fresh = keyOf(candidate, old);
  if (fresh !== null) return { key: fresh, isNew: true };
  const gone = keyOf(old, candidate);
  return gone === null ? null : { key: gone, isNew: false };
}

function keyOf(outer: JsonValue, inner: JsonValue): string | null {
  if (!holds(outer, inner) || Array.isArray(outer)) return null;
  const member = Object.entries(outer as object).find(([, child]) => sameValue(child, inner));
  return member?.[0] ?? null;
}

/** Whether one value, of another type, is the other inside an object or array of its own: `"0x1"` and `{"value": "0x1"}`. */
export function isWrapped(old: JsonValue, candidate: JsonValue): boolean {
  return holds(candidate, old) || holds(old, candidate);
}

function holds(outer: JsonValue, inner: JsonValue): boolean {
  if (inner === null || isEmpty(inner) || typeof outer !== "object" || outer === null) return false;
  const children = Array.isArray(outer) ? outer : Object.values(outer);
  // A wrapper is small; a large object that happens to hold the value somewhere is another thing.
  return (
    children.length > 0 && children.length <= 4 && children.some((child) => sameValue(child, inner))
  );
}

function isEmpty(value: JsonValue): boolean {
  if (value === "" || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
