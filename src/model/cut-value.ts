import type { JsonValue } from "./json.ts";

/** How a run keeps a value that is too long for it: as a text of its start, its length and its hash. */
const CUT = /… \(\d+ characters, sha256 [0-9a-f]{64}\)$/;

/** Whether a stored value stands for a longer one. */
export function isCutValue(value: JsonValue | undefined): value is string {
  return typeof value === "string" && CUT.test(value);
}

/**
 * A value of the same type as the one that was cut, with the first key where it is an object: what may be said of a value that
 * is not there. Any other value is itself.
 */
export function standIn(value: JsonValue | undefined): JsonValue | undefined {
  if (!isCutValue(value)) return value;
  if (value.startsWith("[")) return [];
  if (!value.startsWith("{")) return value;
  const key = /^\{("(?:[^"\\]|\\.)*"):/.exec(value)?.[1];
  return key === undefined ? {} : { [JSON.parse(key) as string]: "" };
}
