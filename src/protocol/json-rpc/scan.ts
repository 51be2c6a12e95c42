/**
 * Finds values in JSON text without parsing it: positions are bytes, so that a request is changed and a batch is cut
 * without touching a number's digits or the order of keys. Texts are hostile: no recursion, every loop moves forward.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Start (inclusive) and end (exclusive) of a value. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Position of the first byte at or after `at` that is no white space. */
export function skipSpace(text: Buffer, at: number): number {
  let position = at;
  while (position < text.length) {
    const byte = text[position] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    position++;
  }
  return position;
}

/** End of the string that starts at `at`, or -1 when it does not end. */
function skipString(text: Buffer, at: number): number {
  let quote = text.indexOf(QUOTE, at + 1);
  while (quote !== -1) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    quote = text.indexOf(QUOTE, quote + 1);
  }
  return -1;
}

/** End of the value that starts at `at`, or -1 when the text ends before it does. */
export function skipValue(text: Buffer, at: number): number {
  const first = text[at];
  if (first === QUOTE) return skipString(text, at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipNested(text, at);
  let position = at;
  while (position < text.length) {
    const byte = text[position] ?? 0;
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= 0x20) break;
    position++;
  }
  return position === at ? -1 : position;
}

function skipNested(text: Buffer, at: number): number {
  let depth = 0;
  let position = at;
  while (position < text.length) {
    const byte = text[position] ?? 0;
    if (byte === QUOTE) {
      position = skipString(text, position);
      if (position === -1) return -1;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) return position + 1;
    }
    position++;
  }
  return -1;
}

/** Spans of the items of the array at `at`, or null when there is no whole array. */
export function arrayItems(text: Buffer, at: number): Span[] | null {
  if (text[at] !== OPEN_BRACKET) return null;
  const items: Span[] = [];
  let position = skipSpace(text, at + 1);
  if (text[position] === CLOSE_BRACKET) return items;
  while (position < text.length) {
    const end = skipValue(text, position);
    if (end === -1) return null;
    items.push({ start: position, end });
    position = skipSpace(text, end);
    if (text[position] === CLOSE_BRACKET) return items;
    if (text[position] !== COMMA) return null;
    position = skipSpace(text, position + 1);
  }
  return null;
}

/**
 * Calls `visit` with each member of the object at `at`: where its key stands (inside the quotes) and where its value
 * starts. `visit` answers true to stop there, before the value is walked. False when there is no whole object.
 */
export function eachMember(
  text: Buffer,
  at: number,
  visit: (keyStart: number, keyEnd: number, valueStart: number) => boolean,
): boolean {
  if (text[at] !== OPEN_BRACE) return false;
  let position = skipSpace(text, at + 1);
  if (text[position] === CLOSE_BRACE) return true;
  while (text[position] === QUOTE) {
    const keyEnd = skipString(text, position);
    if (keyEnd === -1) return false;
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== COLON) return false;
    const valueStart = skipSpace(text, colon + 1);
    if (visit(position + 1, keyEnd - 1, valueStart)) return true;
    const valueEnd = skipValue(text, valueStart);
    if (valueEnd === -1) return false;
    position = skipSpace(text, valueEnd);
    if (text[position] === CLOSE_BRACE) return true;
    if (text[position] !== COMMA) return false;
    position = skipSpace(text, position + 1);
  }
  return false;
}

/** Whether the bytes from `start` to `end` are exactly `word` (ASCII). Byte by byte: a text for each key costs more. */
export function isWord(text: Buffer, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let index = 0; index < word.length; index++) {
    if (text[start + index] !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** Where the value of `key` stands in the object at `at`, or null. */
export function member(text: Buffer, at: number, key: string): Span | null {
  let found = -1;
  eachMember(text, at, (keyStart, keyEnd, valueStart) => {
    if (isWord(text, keyStart, keyEnd, key)) found = valueStart;
    return found !== -1;
  });
  if (found === -1) return null;
  const end = skipValue(text, found);
  return end === -1 ? null : { start: found, end };
}
