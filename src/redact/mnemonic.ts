import { wordlist as czech } from "@scure/bip39/wordlists/czech.js";
import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { wordlist as french } from "@scure/bip39/wordlists/french.js";
import { wordlist as italian } from "@scure/bip39/wordlists/italian.js";
import { wordlist as japanese } from "@scure/bip39/wordlists/japanese.js";
import { wordlist as korean } from "@scure/bip39/wordlists/korean.js";
import { wordlist as portuguese } from "@scure/bip39/wordlists/portuguese.js";
import { wordlist as simplifiedChinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { wordlist as spanish } from "@scure/bip39/wordlists/spanish.js";
import { wordlist as traditionalChinese } from "@scure/bip39/wordlists/traditional-chinese.js";

/** Phrases that wallets are made from (BIP-39): ordinary words, so that only their company gives them away. */

const LISTS = [
  english,
  spanish,
  french,
  italian,
  portuguese,
  czech,
  japanese,
  korean,
  simplifiedChinese,
  traditionalChinese,
];
/** The shortest phrase. Prose does not have so many words of one list in a row: none of them has articles or prepositions. */
const FEWEST_WORDS = 12;
/** Twelve words of a letter each, with what is between them. */
const SHORTEST_PHRASE = 23;
const LONGEST_WORD = 16;
/** Between two words: a space, `", "`, `\n 12. `. */
const LONGEST_GAP = 12;
const BACKSLASH = 0x5c;
const NONE: readonly Span[] = [];

/** Which lists a word is in, as bits. */
const LISTS_OF = new Map<string, number>();
for (const [number, list] of LISTS.entries()) {
  for (const word of list) LISTS_OF.set(word, (LISTS_OF.get(word) ?? 0) | (1 << number));
}

/** Lists that a word stands in, as bits; 0 for none. Case and the way accents are encoded do not matter. */
function listsOfWord(word: string): number {
  if (word.length > LONGEST_WORD) return 0;
  const known = LISTS_OF.get(word);
  if (known !== undefined) return known;
  if (/^[a-z]*$/.test(word)) return 0;
  return LISTS_OF.get(word.toLowerCase().normalize("NFKD")) ?? 0;
}

/** Follows words, and says when so many of one list have come in a row that they are a phrase. */
export class WordRun {
  /** How many words of each list the last ones were, and where the first of them began. */
  private readonly counts = LISTS.map(() => 0);
  private readonly starts = LISTS.map(() => 0);
  private isEmpty = true;

  /** Where the phrase began that this word belongs to, or -1; `at` is where the word begins. */
  add(word: string, at: number): number {
    const lists = listsOfWord(word);
    if (lists === 0) {
      this.clear();
      return -1;
    }
    this.isEmpty = false;
    let phrase = -1;
    for (let list = 0; list < LISTS.length; list += 1) {
      const count = (lists >> list) & 1 ? (this.counts[list] ?? 0) + 1 : 0;
      this.counts[list] = count;
      if (count === 1) this.starts[list] = at;
      const start = this.starts[list] ?? at;
      if (count >= FEWEST_WORDS && (phrase === -1 || start < phrase)) phrase = start;
    }
    return phrase;
  }

  clear(): void {
    if (this.isEmpty) return;
    this.counts.fill(0);
    this.isEmpty = true;
  }
}

export const isPhraseWord = (word: string): boolean => listsOfWord(word) !== 0;
export const hasPhrase = (text: string): boolean => phrasesIn(text).length > 0;

/** A text without phrases of 12 words or more, whatever stands between the words; the same string where there is none. */
export function withoutPhrases(text: string, hide: (phrase: string) => string): string {
  let clean = "";
  let written = 0;
  for (const { start, end } of phrasesIn(text)) {
    clean += text.slice(written, start) + hide(text.slice(start, end));
    written = end;
  }
  return written === 0 ? text : clean + text.slice(written);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where phrases stand, in order and apart. One pass. */
function phrasesIn(text: string): readonly Span[] {
  if (text.length < SHORTEST_PHRASE) return NONE;
  const run = new WordRun();
  const spans: Span[] = [];
  let end = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (!isLetter(code)) {
      // Of an escape in a text within a text, the letter is none.
      at += code === BACKSLASH && isEscaped(text.charCodeAt(at + 1)) ? 2 : 1;
      continue;
    }
    const from = at;
    at += 1;
    if (!isHanCharacter(code)) while (at < text.length && isLetter(text.charCodeAt(at))) at += 1;
    if (from - end > LONGEST_GAP) run.clear();
    end = at;
    if (
      isDigit(text.charCodeAt(from - 1)) ||
      isDigit(text.charCodeAt(at)) ||
      at - from > LONGEST_WORD
    ) {
      run.clear();
      continue;
    }
    const phrase = run.add(text.slice(from, at), from);
    if (phrase === -1) continue;
    let start = phrase;
    for (let last = spans.at(-1); last !== undefined && last.end > start; last = spans.at(-1)) {
      start = Math.min(start, last.start);
      spans.pop();
    }
    spans.push({ start, end });
  }
  return spans;
}

/** Of any script; marks that are written apart from their letter are part of it. */
function isLetter(code: number): boolean {
  const lower = code | 0x20;
  if (code < 0xc0) return lower >= 0x61 && lower <= 0x7a;
  return code !== 0x3000 && (code < 0x2000 || code > 0x206f);
}

/** Chinese words are a character each, with or without spaces. */
const isHanCharacter = (code: number): boolean => code >= 0x4e00 && code <= 0x9fff;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isEscaped = (code: number): boolean => code === 0x6e || code === 0x72 || code === 0x74;
