import type { JsonValue } from "../../model/json.ts";

/** Values as words and code may show them. */

const SHORT = 60;
/** Addresses, hashes, identifiers and tokens are somebody's data; backticks mark code: no line of advice repeats them. */
const DATA = /0x[0-9a-fA-F]{33,}|[A-Za-z0-9_~+=-]{25,}|\b(?:red|cus)_[0-9a-f]{16}|`/;

/** A scalar as JSON where it is short and nobody's data; else null. */
export function literal(value: JsonValue | undefined): string | null {
  if (value === undefined || (value !== null && typeof value === "object")) return null;
  const text = JSON.stringify(value);
  return text.length <= SHORT && !DATA.test(text) ? text : null;
}

/**
 * Both values as JSON. A sample holds a number that a double would change as its text: beside a number such a text is one,
 * because a real string there would be another type.
 */
export function literals(
  values: {
    readonly old: JsonValue | undefined;
    readonly candidate: JsonValue | undefined;
  } | null,
): [old: string | null, now: string | null] {
  const { old, candidate } = values ?? { old: undefined, candidate: undefined };
  return [numeral(old, candidate) ?? literal(old), numeral(candidate, old) ?? literal(candidate)];
}

function numeral(value: JsonValue | undefined, other: JsonValue | undefined): string | null {
  return typeof value === "string" &&
    typeof other === "number" &&
    value.length <= SHORT &&
    /^-?\d[\d.eE+-]*$/.test(value) &&
    String(Number(value)) !== value
    ? value
    : null;
}

/** A text where it is short and nobody's data; else null. */
export function shortText(value: JsonValue | undefined, most = SHORT): string | null {
  return typeof value === "string" && JSON.stringify(value).length <= most && !DATA.test(value)
    ? value
    : null;
}

/** Messages of errors say more than values do, and are words. */
const MESSAGE = 140;

/** A node's own words of an error, where they are short and nobody's data; else null. */
export function messageText(value: JsonValue | undefined): string | null {
  return shortText(value, MESSAGE);
}

/** The words that a client looks for in a message: what stands before its first number, name or value. */
export function phraseOf(message: string): string {
  const head = (/^[^:0-9"'([{=<]*/.exec(message)?.[0] ?? "").trim();
  return head.length >= 8 && head.includes(" ") ? head : message;
}

/** "a string", "an object": the JSON type with its article. */
export function typeWords(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return { string: "a string", number: "a number", boolean: "a boolean" }[
    typeof value as "string" | "number" | "boolean"
  ];
}

/** The only key of an object such as `{newName: value}`; null for anything else. */
export function onlyKey(value: JsonValue | undefined): string | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const keys = Object.keys(value);
  return keys.length === 1 ? (keys[0] as string) : null;
}

/** How two texts write one number or one run of bytes. */
export type Form =
  | "padding-lost"
  | "padding-new"
  | "prefix-lost"
  | "prefix-new"
  | "to-decimal"
  | "to-hex"
  | "other";

export function formOf(old: JsonValue | undefined, candidate: JsonValue | undefined): Form {
  if (typeof old !== "string" || typeof candidate !== "string") return "other";
  const [was, is] = [isHex(old), isHex(candidate)];
  if (was && is) return old.length > candidate.length ? "padding-lost" : "padding-new";
  if (was && /^[0-9a-f]*$/i.test(candidate)) {
    if (bare(old) === bare(candidate)) return "prefix-lost";
    if (/^\d+$/.test(candidate) && old !== "0x" && BigInt(old) === BigInt(candidate))
      return "to-decimal";
  }
  if (is && /^[0-9a-f]*$/i.test(old)) {
    if (bare(old) === bare(candidate)) return "prefix-new";
    if (/^\d+$/.test(old) && candidate !== "0x" && BigInt(old) === BigInt(candidate))
      return "to-hex";
  }
  return "other";
}

function isHex(text: string): boolean {
  return /^0x[0-9a-f]*$/i.test(text);
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/^0x/, "")
    .replace(/^0+(?=.)/, "");
}
