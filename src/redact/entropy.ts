/**
 * How surprising one letter is after another in the words of programs and their documentation, in bits (1 to 9): a row for
 * each letter before it, `^` for a word's start. Counted over 14,000 words of the documentation of npm packages; a key drawn
 * at random costs 6 bits a letter, a word 3 to 4.
 */
const BITS: Readonly<Record<string, string>> = {
  "^": "44344455467545548434565878",
  a: "75448659596353959343667869",
  b: "36663689458378479447399958",
  c: "37573793594589289563599979",
  d: "46641668398578489547588969",
  e: "46436568799553856234867579",
  f: "36563399299488379565499949",
  g: "48792854399464489447488987",
  h: "29992989398767399463469969",
  i: "56455559998442359543959796",
  j: "38883995577797468619467689",
  k: "47951568398765669837496969",
  l: "38852899287388379855578949",
  m: "25962979387657439957599989",
  n: "48434639486786469933669969",
  o: "75548669786442549355455789",
  p: "38863986499368349344589879",
  q: "77899977677478777847197787",
  r: "37552769396655379544568959",
  s: "59482894396678458842487969",
  t: "39582793299678469445597959",
  u: "54554659598343849333999998",
  v: "29991969399968599878799999",
  w: "28963973398794389448995979",
  x: "48383697499758529972989757",
  y: "46474766557454429634995977",
  z: "39791866376689498969996763",
};
const LETTERS = 26;
const ROWS = bitRows();
/** Bits of a digit, of a change from letters to digits and back, and of a capital within a word. */
const DIGIT = 3.3;
const TO_DIGIT = 2;
const FROM_DIGIT = 3;
const CAPITAL = 2;
/** A key of 10 characters has some 60 bits; a long name has as many, but fewer on each character. */
const SHORTEST = 10;
const LEAST_BITS = 45;
const LEAST_BITS_EACH = 4.85;
/** Hex, and letters with many digits between, are of a machine however they fall. */
const HEX_RUN = /(?=[0-9a-f]*\d[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16}/i;
const MANY_DIGITS = /(?:\D*\d){5}/;
const MIXED_LENGTH = 16;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
/** Longer texts are looked at in parts. */
const WINDOW = 96;

/**
 * Whether a text looks drawn at random, as keys, tokens and UUIDs are: `k3yN1tr0aB9cD8eF7gH6`, `0123456789abcdef0123`. Names,
 * words, numbers and versions do not. Separators (`-`, `_`, `.`) count for nothing.
 */
export function hasKeyEntropy(text: string): boolean {
  if (text.length < SHORTEST) return false;
  // Windows that overlap, so that a long text costs what its length is.
  for (let at = 0; at === 0 || at + WINDOW / 2 < text.length; at += WINDOW / 2) {
    const part = text.length > WINDOW ? text.slice(at, at + WINDOW) : text;
    if (isOfMachine(part) || isSurprising(part)) return true;
    if (!/[-_.~+/=%]/.test(part)) continue;
    // A key behind a long name.
    if (part.split(/[-_.~+/=%]+/).some((each) => each.length >= SHORTEST && isSurprising(each))) {
      return true;
    }
  }
  return false;
}

function isOfMachine(text: string): boolean {
  if (text.length < MIXED_LENGTH || !/\d/.test(text)) return false;
  return HEX_RUN.test(text) || UUID.test(text) || text.split(/[^a-z\d]+/i).some(isMixed);
}

function isMixed(run: string): boolean {
  return run.length >= MIXED_LENGTH && MANY_DIGITS.test(run) && /[a-z]/i.test(run);
}

function isSurprising(text: string): boolean {
  const { length } = text;
  let bits = 0;
  let counted = 0;
  /** Row of the character before: 0 for a start, 1 to 26 for a letter, -1 for a digit. */
  let row = 0;
  let wasCapital = false;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    const lower = code | 0x20;
    if (code >= 0x30 && code <= 0x39) {
      bits += row > 0 ? DIGIT + TO_DIGIT : DIGIT;
      row = -1;
      counted += 1;
    } else if (code < 0x80 && lower >= 0x61 && lower <= 0x7a) {
      const isCapital = code === (lower & 0xdf);
      const starts = isCapital && !wasCapital && row > 0;
      bits += ROWS[(row > 0 && !starts ? row : 0) * LETTERS + lower - 0x61] ?? 0;
      if (row < 0) bits += FROM_DIGIT;
      else if (starts) bits += CAPITAL;
      row = lower - 0x60;
      wasCapital = isCapital;
      counted += 1;
    } else {
      row = 0;
      wasCapital = false;
    }
  }
  return counted >= SHORTEST && bits >= LEAST_BITS && bits >= LEAST_BITS_EACH * counted;
}

function bitRows(): Uint8Array {
  return Uint8Array.from(Object.values(BITS).join(""), Number);
}
