import { hasKeyEntropy } from "./entropy.ts";
import type { Tokeniser } from "./tokens.ts";
import { isEthereumAddress, isPublicAddress } from "./values.ts";
import { isKnownWords } from "./words.ts";

/** One head never holds so many; more would be a way to make the search slow. */
const MOST = 200;
/** Shorter ones are taken out where they stand, but not looked for elsewhere: they would hit ordinary text. */
const SHORTEST_WHOLE = 4;
/** A phrase of so many letters is not in an answer by chance. */
const SHORTEST_PHRASE = 12;
const SHORTEST_NAME = 16;

/** The secrets of a request, and how each may be spelled where an answer or a body repeats it. */
export interface Secrets {
  /** The token for a text that is a secret as a whole, or undefined. */
  whole(text: string): string | undefined;
  /** The text with every secret in it replaced. Of one that is an ordinary word only the whole counts. */
  within(text: string): string;
  /** The same for bytes as Latin-1; in a request only what has a key's entropy. The same string where nothing is in it. */
  withinBytes(bytes: string, side: "request" | "answer"): string;
}

interface Spelling {
  readonly text: string;
  readonly token: string;
  readonly isKey: boolean;
}

/**
 * What was found in a head → how to take it out of all else. What is public (an address of the chain in a cookie) or a word of
 * the protocol is no secret elsewhere. Throws past 200: the caller then drops the record.
 */
export function secretsOf(
  found: Iterable<string>,
  customer: string | null,
  tokens: Tokeniser,
): Secrets {
  const wholes = new Map<string, string>();
  const spellings = new Map<string, Spelling>();
  for (const secret of found) {
    if (secret.length < SHORTEST_WHOLE || isOrdinary(secret)) continue;
    const token = tokens.token(secret === customer ? "cus" : "red", secret);
    wholes.set(secret, token);
    if (wholes.size > MOST) throw new Error("too many secrets in one head");
    // A long word that no list knows is looked for as a key is: some keys read like words.
    const isKey = hasKeyEntropy(secret) || (secret.length >= SHORTEST_NAME && !/\s/.test(secret));
    if (!isKey && (secret.length < SHORTEST_PHRASE || /^[\d.,:-]+$/.test(secret))) continue;
    for (const text of spellingsOf(secret, isKey)) {
      if (!spellings.has(text)) spellings.set(text, { text, token, isKey });
    }
  }
  const lengths = new Set([...wholes.keys()].map((text) => text.length));
  const all = [...spellings.values()];
  const bytes = latin1(all);
  const keys = bytes.filter(({ isKey }) => isKey);
  const inText = replacer(all);
  const inAnswer = replacer(bytes);
  const inRequest = keys.length === bytes.length ? inAnswer : replacer(keys);
  return {
    // Hashing each long value of an answer costs more than all else that is done with it.
    whole: (text) => (lengths.has(text.length) ? wholes.get(text) : undefined),
    within: inText,
    withinBytes: (bytes, side) => (side === "request" ? inRequest : inAnswer)(bytes),
  };
}

function latin1(spellings: readonly Spelling[]): Spelling[] {
  return spellings.map((each) =>
    // What is ASCII is the same in both.
    /[^\0-\x7f]/.test(each.text)
      ? { ...each, text: Buffer.from(each.text).toString("latin1") }
      : each,
  );
}

/** So many are looked for one by one: nearly no text has one of them, and that is told sooner than an expression is compiled. */
const MOST_SINGLE = 40;

/** One pass for all of them, however many they are. */
function replacer(spellings: readonly Spelling[]): (text: string) => string {
  if (spellings.length === 0) return (text) => text;
  let replace: ((text: string) => string) | undefined;
  return (text) => {
    if (spellings.length <= MOST_SINGLE && !spellings.some((each) => text.includes(each.text)))
      return text;
    replace ??= replacing(spellings);
    return replace(text);
  };
}

function replacing(spellings: readonly Spelling[]): (text: string) => string {
  const tokens = new Map(spellings.map(({ text, token }) => [text, token]));
  // Longest first, so that a secret within another does not cut it.
  const longestFirst = [...tokens.keys()].sort((a, b) => b.length - a.length);
  const any = new RegExp(longestFirst.map((text) => escaped(text)).join("|"), "g");
  return (text) => text.replace(any, (found) => tokens.get(found) ?? found);
}

/** `RegExp.escape` of newer versions of Node. */
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Words and public values, which stand in bodies for reasons of their own. */
function isOrdinary(text: string): boolean {
  return (
    /^(?:\d{1,11}|true|false|null|none|undefined)$/i.test(text) ||
    text.split(/[\s,;/=()]+/).every((word) => word === "" || isKnownWords(word)) ||
    isEthereumAddress(text) ||
    isPublicAddress(text)
  );
}

/** As it is, percent-encoded, inside a JSON string; a key also in other letter case, in hex and in Base64. */
function spellingsOf(secret: string, isKey: boolean): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const forms = [secret, percentEncoded(secret), inJson, inJson.replaceAll("/", "\\/")];
  if (isKey) {
    const bytes = Buffer.from(secret);
    forms.push(secret.toLowerCase(), secret.toUpperCase(), bytes.toString("hex"));
    for (const alphabet of ["base64", "base64url"] as const)
      for (const before of [0, 1, 2]) forms.push(digitsWithin(bytes, alphabet, before));
  }
  return forms;
}

/**
 * The Base64 digits that a secret gives wherever it stands in a longer text, `before` bytes (modulo 3) after its start: the
 * outer digits that its neighbours have a part in are left out.
 */
function digitsWithin(bytes: Buffer, alphabet: "base64" | "base64url", before: number): string {
  const digits = Buffer.concat([Buffer.alloc(before), bytes])
    .toString(alphabet)
    .replace(/=+$/, "");
  const cut = (before + bytes.length) % 3 === 0 ? 0 : 1;
  return digits.slice(before === 0 ? 0 : before + 1, digits.length - cut);
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate has no encoding; nothing can echo it that way.
    return text;
  }
}
