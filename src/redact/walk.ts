import { byteListAt } from "./byte-lists.ts";

/** Where a value of JSON stands: decided by whoever walks it, once for each object and list. */
export interface JsonVisitor<Place> {
  /** The place of an object or list, from that of its parent and the member or item it is. */
  enter(parent: Place, key: string | null, index: number): Place;
  /** What is written instead of a member's name, or null to leave it. */
  key(place: Place, name: string): string | null;
  /** What is written instead of a text, or null. */
  text(place: Place, key: string | null, index: number, value: string): string | null;
  /** The same for a number, by its digits; what comes is a text then. */
  number(place: Place, key: string | null, index: number, digits: string): string | null;
  /** The same for a list that may be the bytes of a key, as it is written. */
  bytes(place: Place, key: string | null, index: number, list: string): string;
}

interface Open<Place> {
  readonly place: Place;
  readonly isObject: boolean;
  key: string | null;
  index: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Walks JSON once, without recursion, whatever its depth, and gives its text with the parts that the visitor changed; all
 * else stays byte for byte, also members that are there twice. `text` is Latin-1 (a character a byte). Undefined for what can't
 * be JSON: it looks at each character once, and shows each text in it to the visitor, but does not check the order of
 * commas. Texts are decoded before the visitor sees them; `root` is the place above the whole. The same string where
 * nothing changed.
 */
export function walkJson<Place>(
  text: string,
  root: Place,
  visitor: JsonVisitor<Place>,
): string | undefined {
  const stack: Open<Place>[] = [];
  let top: Open<Place> | undefined;
  const parts: string[] = [];
  let written = 0;
  let at = 0;
  const replace = (start: number, end: number, by: string): void => {
    parts.push(text.slice(written, start), toLatin1(JSON.stringify(by)));
    written = end;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = stringEnd(text, at);
      if (end === -1) return undefined;
      const value = decoded(text.slice(at + 1, end));
      if (value === undefined) return undefined;
      if (top?.isObject === true && top.key === null) {
        top.key = value;
        const by = visitor.key(top.place, value);
        if (by !== null) replace(at, end + 1, by);
      } else {
        const by = visitor.text(top?.place ?? root, top?.key ?? null, top?.index ?? 0, value);
        if (by !== null) replace(at, end + 1, by);
      }
      at = end + 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      const list = mayHoldBytes(text, at) ? byteListAt(text, at) : undefined;
      if (list !== undefined) {
        const { place, key, index } = top ?? { place: root, key: null, index: 0 };
        replace(at, at + list.length, visitor.bytes(place, key, index, list));
        at += list.length;
        continue;
      }
      const place = visitor.enter(top?.place ?? root, top?.key ?? null, top?.index ?? 0);
      top = { place, isObject: code === OPEN_BRACE, key: null, index: 0 };
      stack.push(top);
      at += 1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (stack.pop() === undefined) return undefined;
      top = stack.at(-1);
      at += 1;
    } else if (code === COMMA) {
      if (top !== undefined) {
        top.key = null;
        top.index += 1;
      }
      at += 1;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const start = at;
      while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1;
      const digits = text.slice(start, at);
      const by = visitor.number(top?.place ?? root, top?.key ?? null, top?.index ?? 0, digits);
      if (by !== null) replace(start, at, by);
    } else if (isBetween(code)) at += 1;
    else return undefined;
  }
  if (stack.length > 0) return undefined;
  if (written === 0) return text;
  parts.push(text.slice(written));
  return parts.join("");
}

/** By what stands next: a digit in a list, `"0"` in an object, or space. */
function mayHoldBytes(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  if (next <= 0x20) return true;
  return next === QUOTE ? text.charCodeAt(at + 2) === 0x30 : next >= 0x30 && next <= 0x39;
}

function stringEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

/** The text that a string of JSON stands for, from its bytes. Undefined where it is none. */
function decoded(raw: string): string | undefined {
  // Printable ASCII but for the backslash stands for itself.
  if (!/[^\x20-\x5b\x5d-\x7e]/.test(raw)) return raw;
  try {
    const value: unknown = JSON.parse(`"${Buffer.from(raw, "latin1").toString("utf8")}"`);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function toLatin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** White space, a colon, and the letters of true, false and null. */
function isBetween(code: number): boolean {
  if (code === 0x3a || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)
    return true;
  return code >= 0x61 && code <= 0x75 && "truefalsn".includes(String.fromCharCode(code));
}

function isNumberPart(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2e ||
    code === 0x2b ||
    code === 0x2d ||
    (code | 0x20) === 0x65
  );
}
