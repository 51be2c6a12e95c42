import type { JsonValue } from "../model/json.ts";
import { sameValue } from "./equal.ts";

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
