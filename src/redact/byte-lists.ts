/**
 * Keys as lists of their bytes: a keypair's file of Solana (`[134,182,…]`), what Go and Rust print, a Uint8Array in JSON
 * (`{"0":134,…}`), hex in pairs (`86:b6:…`, `<Buffer 86 b6 …>`). Each loop has an end, and each start a mark of its own.
 */
const LIST = /\[\s{0,64}\d{1,3}(?:[\s,]{1,64}\d{1,3}){31,95}[\s,]{0,64}\]/;
const NUMBERED =
  /\{\s{0,64}"0"\s{0,64}:\s{0,64}\d{1,3}(?:\s{0,64},\s{0,64}"\d{1,2}"\s{0,64}:\s{0,64}\d{1,3}){31,95}\s{0,64}\}/;
const PAIRS = /\b(?:0x)?[0-9a-f]{2}(?:[ :,-]{1,2}(?:0x)?[0-9a-f]{2}){31,95}\b/;
const AT = [new RegExp(LIST, "y"), new RegExp(NUMBERED, "y")];
const IN_TEXT = [new RegExp(LIST, "g"), new RegExp(NUMBERED, "g")];
const PAIRS_IN_TEXT = new RegExp(PAIRS, "gi");

/** Of bytes drawn at random so many are different; a list of a table's places, or a text's letters, has no high ones. */
const LEAST_DIFFERENT = 0.4;
const FIRST_HIGH = 128;

/** The JSON list or object at a position, where it holds the bytes of what may be a key; else undefined. */
export function byteListAt(json: string, at: number): string | undefined {
  for (const pattern of AT) {
    pattern.lastIndex = at;
    const found = pattern.exec(json)?.[0];
    if (found !== undefined) return isDrawn(valuesIn(found)) ? found : undefined;
  }
  return undefined;
}

/** A text of prose without what may be the bytes of a key. */
export function withoutByteLists(text: string, hide: (found: string) => string): string {
  let clean = text;
  for (const pattern of IN_TEXT) {
    clean = clean.replace(pattern, (found) => (isDrawn(valuesIn(found)) ? hide(found) : found));
  }
  return clean.replace(PAIRS_IN_TEXT, (found) =>
    isDrawn((found.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => Number.parseInt(pair, 16)))
      ? hide(found)
      : found,
  );
}

function valuesIn(list: string): number[] {
  return (list.replaceAll(/"\d{1,2}"\s*:/g, "").match(/\d+/g) ?? []).map(Number);
}

function isDrawn(values: readonly number[]): boolean {
  return (
    Math.max(...values) >= FIRST_HIGH &&
    values.every((value) => value <= 255) &&
    new Set(values).size >= values.length * LEAST_DIFFERENT
  );
}
