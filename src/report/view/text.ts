import { whole } from "../../words.ts";
import { createHash } from "node:crypto";
import type { JsonValue } from "../../model/json.ts";

/**
 * Control, bidirectional and invisible characters and lone surrogates: they can hide or reorder what a reader sees, so they
 * are shown as the JSON escape that means the same. New line and tab stay.
 */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** The same text with what can't be seen written as `\u202e`. */
export function visible(text: string): string {
  return text.replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A copy of plain data in which every string is visible. Functions stay as they are. */
export function visibleDeep<T>(value: T): T {
  return mapStrings(value) as T;
}

function mapStrings(value: unknown): unknown {
  if (typeof value === "string") return visible(value);
  if (Array.isArray(value)) return value.map(mapStrings);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [visible(key), mapStrings(item)]),
  );
}

/** A long text cut to `most` characters, with its length and the start of its SHA-256, so that two can be told apart. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const head = dropHalfPair(text.slice(0, Math.max(0, most - 60)));
  return `${head}… (${whole(text.length)} characters, sha256 ${hash}…)`;
}

function dropHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

/** A value at a path as it is shown: JSON, or "nothing" where the side has nothing there. */
export function valueText(value: JsonValue | undefined, most: number): string {
  return value === undefined ? "(absent)" : cut(jsonText(value), most);
}

/**
 * JSON of a value in which the differ keeps number texts as marked strings (src/diff/number-text.ts): they are written as the
 * numbers they are, so that 1.0 stays 1.0.
 */
export function jsonText(value: unknown, space?: number): string {
  return JSON.stringify(value, undefined, space).replace(
    /(?<!\\)"\\u0000#(-?\d[\d.eE+-]*)"/g,
    "$1",
  );
}

/** Unix ms as RFC 3339 in UTC, to the second; null stays null. */
export function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}
