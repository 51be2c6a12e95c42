import { isNumberText, numberText, type NumberText } from "../../diff/number-text.ts";
import type { JsonValue } from "../../model/json.ts";
import { isAt, type FactContext } from "./context.ts";
import type { Fact } from "./fact.ts";

/** What a value's text looks like. Two values of one form are the same kind of thing to a client's parser. */
export type ValueForm =
  | "null"
  | "boolean"
  | "number"
  | "fraction"
  | "quantity"
  | "data"
  | "decimal"
  | "text"
  | "array"
  | "object";

/** Digits may be of either case, the prefix is not: no parser that asks for `0x` takes `0X`. */
const QUANTITY = /^0x(?:0|[1-9a-fA-F][0-9a-fA-F]*)$/;
const DATA = /^0x[0-9a-fA-F]*$/;
/** A hash or an address, with its prefix or without: as many bytes as they have, and no others. */
const FIXED = /^(?:0x)?(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
const HEX = /^(?:0x)?[0-9a-f]*$/i;
/** A time as REST interfaces write it, with or without fractions of a second. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^-?\d+$/;

export function formOf(value: JsonValue): ValueForm {
  if (value === null) return "null";
  if (typeof value === "boolean") return "boolean";
  if (Array.isArray(value)) return "array";
  if (typeof value === "object") return "object";
  if (typeof value === "number" || isNumberText(value))
    return /^-?\d+$/.test(numberText(value)) ? "number" : "fraction";
  // Twenty bytes and more are never a quantity that a client reads as a number.
  if (QUANTITY.test(value) && value.length < 42) return "quantity";
  if (DATA.test(value)) return "data";
  return DECIMAL.test(value) ? "decimal" : "text";
}

/** The same, where the path is known to hold bytes: they have no shortest form, so that none is a quantity. */
export function formAt(value: JsonValue, pattern: string, context: FactContext): ValueForm {
  const form = formOf(value);
  return form === "quantity" && isBytesAt(pattern, context) ? "data" : form;
}

export function isBytesAt(pattern: string, { chain, method }: FactContext): boolean {
  return isAt(chain.bytes, method, pattern);
}

const NUMBERS: ReadonlySet<ValueForm> = new Set(["number", "fraction"]);

/** Whether the two values of a fact are written in one form: what a parser takes for one, it takes for the other. */
export function isSameForm(
  { old = null, candidate = null, pattern }: Pick<Fact, "old" | "candidate" | "pattern">,
  context: FactContext,
): boolean {
  const before = formAt(old, pattern, context);
  const after = formAt(candidate, pattern, context);
  if (NUMBERS.has(before) && NUMBERS.has(after)) return true;
  return before === after && !isOfOtherSize(old, candidate, pattern, context);
}

/** A hash that became longer or shorter is none; bytes of any length are, whatever their length happens to be. */
function isOfOtherSize(
  old: JsonValue,
  candidate: JsonValue,
  pattern: string,
  context: FactContext,
): boolean {
  if (typeof old !== "string" || typeof candidate !== "string") return false;
  if (old.length === candidate.length || !FIXED.test(old) || !HEX.test(candidate)) return false;
  return !isBytesAt(pattern, context);
}

/** The JSON type as RFC 8259 names it. */
export function jsonType(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return isNumberText(value) ? "number" : typeof value;
}

/** `[]`, `{}`, `""` and `"0x"`: there, but with nothing in it. */
export function isEmptyValue(value: JsonValue | undefined): boolean {
  if (value === "" || value === "0x") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Longest text that is read as one number: 8 KiB of hex hold any proof or bloom filter. */
const LONGEST = 8_192;

/** Whether two values of one JSON type are the same number, or the same bytes, written in another form. */
export function sameNumber(old: JsonValue, candidate: JsonValue): boolean {
  if (isNumber(old) || isNumber(candidate))
    return (
      isNumber(old) && isNumber(candidate) && sameDecimal(numberText(old), numberText(candidate))
    );
  if (typeof old !== "string" || typeof candidate !== "string") return false;
  if (old.length > LONGEST || candidate.length > LONGEST) return strip(old) === strip(candidate);
  if (isEmptyValue(old) && isEmptyValue(candidate)) return true;
  if (MOMENT.test(old) && MOMENT.test(candidate)) return Date.parse(old) === Date.parse(candidate);
  const left = readings(old);
  return left.length > 0 && readings(candidate).some((reading) => left.includes(reading));
}

function isNumber(value: JsonValue): value is number | NumberText {
  return typeof value === "number" || isNumberText(value);
}

/** Same value of two JSON numbers: `1.0` and `1`, `1e3` and `1000`; integers by their digits. */
function sameDecimal(old: string, candidate: string): boolean {
  // Reading digits takes time that grows with their square.
  const short = old.length <= LONGEST && candidate.length <= LONGEST;
  if (DECIMAL.test(old) && DECIMAL.test(candidate))
    return short ? BigInt(old) === BigInt(candidate) : old === candidate;
  return Number(old) === Number(candidate);
}

/** The numbers that a text may stand for, as hex without prefix and padding. */
function readings(text: string): string[] {
  if (/^0x[0-9a-f]*$/i.test(text)) return [strip(text)];
  const found: string[] = [];
  if (/^\d+$/.test(text)) found.push(BigInt(text).toString(16));
  if (/^[0-9a-f]+$/i.test(text) && text.length >= 2) found.push(strip(text));
  return found;
}

function strip(text: string): string {
  return text.toLowerCase().replace(/^0x/, "").replace(/^0+/, "");
}

/** Whether two texts differ by the case of letters only. */
export function sameButForCase(old: JsonValue, candidate: JsonValue): boolean {
  return (
    typeof old === "string" &&
    typeof candidate === "string" &&
    old !== candidate &&
    old.toLowerCase() === candidate.toLowerCase()
  );
}
