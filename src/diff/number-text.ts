import type { JsonValue } from "../model/json.ts";

/**
 * A number whose text a double may not give back is kept as a string with this prefix, so that 9007199254740993 and
 * 9007199254740992, or `1.0` and `1`, stay different at the speed of a plain JSON.parse. A response can't hold a string
 * that starts so by accident: it would have to escape the control character.
 */
const MARK = "\u0000#";

/** A marked text; the brand keeps it apart from strings of the response. */
export type NumberText = string & { readonly number: unique symbol };

export function isNumberText(value: JsonValue | undefined): value is NumberText {
  return typeof value === "string" && value.charCodeAt(0) === 0 && value.startsWith(MARK);
}

/** The number as it was written, for a number of either form. */
export function numberText(value: NumberText | number): string {
  return typeof value === "number" ? String(value) : value.slice(MARK.length);
}

export function markNumber(text: string): string {
  return MARK + text;
}

/** A value as it may leave the differ: number texts as numbers where a double gives them back, else as their text. */
export function plain(value: JsonValue | undefined): JsonValue | undefined {
  if (isNumberText(value)) {
    const text = numberText(value);
    return String(Number(text)) === text ? Number(text) : text;
  }
  if (value === null || typeof value !== "object") return value;
  return holdsNumberText(value, 0) ? rebuild(value, 0) : value;
}

/** Whether a value is, or holds, a JSON number of either form. Needs no stack. */
export function holdsNumber(value: JsonValue | undefined): boolean {
  const pending: (JsonValue | undefined)[] = [value];
  while (pending.length > 0) {
    const top = pending.pop();
    if (typeof top === "number" || isNumberText(top)) return true;
    if (typeof top === "object" && top !== null)
      for (const item of Array.isArray(top) ? top : Object.values(top))
        if (typeof item !== "string" || item.charCodeAt(0) === 0) pending.push(item);
  }
  return false;
}

/** Deeper than this, number texts stay marked: values of such depth are shown cut anyway. */
const DEPTH = 1_000;

function holdsNumberText(value: JsonValue, depth: number): boolean {
  if (isNumberText(value)) return true;
  if (value === null || typeof value !== "object" || depth > DEPTH) return false;
  for (const item of Array.isArray(value) ? value : Object.values(value))
    if (holdsNumberText(item, depth + 1)) return true;
  return false;
}

function rebuild(value: JsonValue, depth: number): JsonValue {
  if (value === null || typeof value !== "object" || depth > DEPTH) return plain(value) ?? null;
  if (Array.isArray(value)) return value.map((item) => rebuild(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, rebuild(item, depth + 1)]),
  );
}
