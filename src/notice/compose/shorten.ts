import { isNumberText, numberText } from "../../diff/number-text.ts";
import { parsedJson, type JsonValue } from "../../model/json.ts";

/** Hex this long is an address, a hash or data, not a quantity: enough of it stays to recognise it. */
const LONG_HEX = /0x[0-9a-fA-F]{33,}/g;
/** Letters and digits in one run this long are an identifier or a secret (a Stacks principal, a base64 key). */
const LONG_WORD =
  /(?<![A-Za-z0-9_~+=-])(?!0x[0-9a-fA-F]{1,32}(?![0-9a-zA-Z]))[A-Za-z0-9_~+=-]{25,}/g;
const REDACTED = /\b(?:red|cus)_[0-9a-f]{16}\b/g;
const LONGEST_TEXT = 160;

/** A text of a request or response as a mailbox may keep it: addresses, hashes and data shortened, tokens taken out. */
export function shortenText(text: string): string {
  const kept = text
    .replace(REDACTED, "(removed)")
    .replace(LONG_HEX, shortHex)
    .replace(LONG_WORD, (word) =>
      word.includes("…") || isWord(word) ? word : `${word.slice(0, 6)}…${word.slice(-4)}`,
    );
  return kept.length <= LONGEST_TEXT
    ? kept
    : `${cutWhole(kept, LONGEST_TEXT)}… (${text.length} characters)`;
}

/** 20 bytes: address; 32: hash; else data, of which the first four bytes are a call's selector. */
function shortHex(hex: string): string {
  const digits = hex.length - 2;
  if (digits === 40 || digits === 64) return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
  return `${hex.slice(0, 10)}… (${Math.ceil(digits / 2)} bytes)`;
}

/** Field names and sentences joined by dashes are no identifiers. */
function isWord(text: string): boolean {
  return /^[A-Za-z]+(?:[-_][A-Za-z]+)*$/.test(text) && !/[A-Z]{4}/.test(text);
}

function cutWhole(text: string, length: number): string {
  const head = text.slice(0, length);
  const last = head.charCodeAt(head.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? head.slice(0, -1) : head;
}

/** A scalar as JSON, shortened; objects and arrays by their size only. */
export function shortScalar(value: JsonValue): string {
  // A number that a double would change: as it was written.
  if (isNumberText(value)) return shortenText(numberText(value));
  if (typeof value === "string") return JSON.stringify(shortenText(value));
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value))
    return value.length === 0 ? "[]" : `[… ${amount(value.length, "item")}]`;
  const size = Object.keys(value).length;
  return size === 0 ? "{}" : `{… ${amount(size, "field")}}`;
}

function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A value on one line for a table or a sentence; no backticks, so that it can stand in a phrase as code. */
export function shortValue(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  return shortScalar(value).replaceAll("`", "'");
}

/** A JSON-RPC request on one line: method and parameters, each value shortened. REST requests keep verb and path. */
export function shortRequest(text: string): string {
  const parsed = parsedJson(text);
  if (parsed === undefined) return shortenText(text.split("\n")[0] ?? "");
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed))
    return shortScalar(parsed);
  const shown = { method: parsed["method"] ?? null, params: shortDeep(parsed["params"] ?? [], 0) };
  const line = JSON.stringify(shown);
  return line.length <= 400 ? line : `${cutWhole(line, 400)}…`;
}

function shortDeep(value: JsonValue, depth: number): JsonValue {
  if (typeof value === "string") return shortenText(value);
  if (value === null || typeof value !== "object") return value;
  if (depth > 6) return "…";
  if (Array.isArray(value)) {
    const head = value.slice(0, 8).map((item) => shortDeep(item, depth + 1));
    return value.length > 8 ? [...head, `… ${value.length - 8} more`] : head;
  }
  const entries = Object.entries(value).slice(0, 16);
  return Object.fromEntries(
    entries.map(([key, item]) => [shortenText(key), shortDeep(item, depth + 1)]),
  );
}
