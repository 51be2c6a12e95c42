import { isUtf8 } from "node:buffer";
import type { Context } from "./context.ts";
import type { CleanHead } from "./head.ts";
import { grammarOf, signsTransaction } from "./methods.ts";
import type { Grammar } from "./methods.ts";
import { isPhraseWord, WordRun } from "./mnemonic.ts";
import { isPointedAt, step } from "./pointers.ts";
import type { OpenPointers } from "./pointers.ts";
import { patternsOut } from "./request-body.ts";
import { textCleaner } from "./text.ts";
import type { PublicForms, TextCleaner } from "./text.ts";
import { isToken } from "./tokens.ts";
import { isEthereumAddress, isHex, isPublicAddress, isPublicValue, isQuantity } from "./values.ts";
import { walkJson } from "./walk.ts";
import type { JsonVisitor } from "./walk.ts";
import { isKnownWords } from "./words.ts";

/** More texts to hide than that, and only length and hash of the answer are kept. */
const MOST_HIDDEN = 20_000;
const TOO_MANY = "red_";
const STACKS_PATH = /^\/(?:extended|v2|v3|metadata)(?:\/|$|\?)/;

export interface CleanAnswerBody {
  readonly body: Buffer | null;
  readonly reduced: boolean;
}

interface Place {
  readonly part: "above" | "root" | "below";
  readonly isHidden: boolean;
  readonly pointers: OpenPointers;
}

/** What of the request decides how its answer is read. */
export interface Asked {
  readonly head: CleanHead;
  readonly isJsonRpc: boolean;
  readonly isEvent: boolean;
  readonly methods: readonly string[];
  readonly found: ReadonlyMap<string, string>;
}

/** An answer's body without what the request gave away, what is secret by its name or its look, and what is configured. */
export function cleanAnswerBody(
  body: Buffer | null,
  asked: Asked,
  context: Context,
): CleanAnswerBody {
  if (body === null || body.length === 0) return { body, reduced: false };
  const { head, methods, found } = asked;
  const grammars = new Set(methods.map(grammarOf));
  const hasKeys = grammars.has("keys");
  const signs = methods.some(signsTransaction);
  let hidden = 0;
  const hide = (text: string): string => {
    hidden += 1;
    if (hidden > MOST_HIDDEN) return TOO_MANY;
    return tokenOf(text) ?? context.tokens.token("red", text);
  };
  const inAnyCase = new Map<string, string>();
  for (const [text, token] of found) inAnyCase.set(text.toLowerCase(), token);
  const tokenOf = (text: string): string | undefined =>
    head.secrets.whole(text) ?? (found.size === 0 ? undefined : inAnyCase.get(text.toLowerCase()));
  const cleaner = textCleaner(formsOf(asked, grammars), head.secrets, tokenOf, hide, signs);
  const mark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  const given = body.toString("latin1", mark);
  const text = head.secrets.withinBytes(given, "answer");
  let clean: string | undefined;
  if (/^\s*[[{"]/.test(text)) {
    const above: Place = {
      part: "above",
      isHidden: false,
      pointers: context.pointers,
    };
    const walk = (words: WordValues): string | undefined =>
      walkJson(text, above, answerVisitor(above, cleaner, found, hasKeys, words, context));
    const words = new WordValues(false);
    clean = walk(words);
    // Only its end shows a list of words to be a phrase.
    if (clean !== undefined && words.sawPhrase) clean = walk(new WordValues(true));
  } else if (isUtf8(body) && !body.includes(0)) {
    clean = Buffer.from(cleaner.prose(Buffer.from(text, "latin1").toString("utf8"))).toString(
      "latin1",
    );
  }
  if (clean === undefined || hidden > MOST_HIDDEN) return { body: null, reduced: true };
  const walked =
    clean === given ? body : Buffer.concat([body.subarray(0, mark), Buffer.from(clean, "latin1")]);
  return { body: patternsOut(walked, context), reduced: false };
}

/** Watches for a wallet's phrase whose words are values of their own, or hides them. */
class WordValues {
  sawPhrase = false;
  private readonly run = new WordRun();
  private readonly hides: boolean;

  constructor(hides: boolean) {
    this.hides = hides;
  }

  /** Whether the value is a word that has to go. */
  isHidden(value: string): boolean {
    const code = value.charCodeAt(0);
    // Most values are hex or numbers.
    if (code >= 0x30 && code <= 0x39) {
      this.run.clear();
      return false;
    }
    if (this.run.add(value, 0) !== -1) this.sawPhrase = true;
    return this.hides && isPhraseWord(value);
  }
}

const ALL_FORMS: PublicForms = {
  addresses: true,
  hashes: true,
  hex: true,
  base58: true,
  base64: true,
};
const FORMS: Readonly<Record<Grammar, PublicForms>> = {
  ethereum: {},
  bitcoin: { addresses: true, hashes: true, hex: true },
  solana: { addresses: true, base58: true, base64: true },
  stacks: { addresses: true, hashes: true, hex: true },
  strict: { addresses: true },
  sends: { addresses: true },
  keys: { addresses: true },
};
/** Stack, memory and storage in traces are 32 bytes without a mark. */
const TRACES = /^(?:debug|trace|ots|arbtrace)_/;

/** Public data in the forms of the chain that was asked may stay; of others what looks like a key goes. */
function formsOf(
  { head, isJsonRpc, isEvent, methods }: Asked,
  grammars: ReadonlySet<Grammar>,
): PublicForms {
  if (isEvent) return ALL_FORMS;
  if (!isJsonRpc) {
    return STACKS_PATH.test(head.path) ? FORMS.stacks : { addresses: true, hashes: true };
  }
  const [grammar, ...others] = grammars;
  if (others.length > 0) return FORMS.strict;
  if (grammar === "ethereum" && methods.some((method) => TRACES.test(method)))
    return { hashes: true };
  return FORMS[grammar ?? "ethereum"];
}

function answerVisitor(
  above: Place,
  cleaner: TextCleaner,
  found: ReadonlyMap<string, string>,
  hasKeys: boolean,
  words: WordValues,
  context: Context,
): JsonVisitor<Place> {
  const hidden: Place = { part: "below", isHidden: true, pointers: [] };
  const plain: Place = { part: "below", isHidden: false, pointers: [] };
  const isHidden = (place: Place, key: string | null, index: number): boolean =>
    place.isHidden ||
    (key !== null && context.nameKind(key) === "secret") ||
    (place.pointers.length > 0 && isPointedAt(step(place.pointers, key, index)));
  return {
    enter(parent, key, index) {
      if (parent.part === "above") return { ...above, part: "root" };
      if (isHidden(parent, key, index)) return hidden;
      if (parent.pointers.length === 0) return plain;
      const pointers = step(parent.pointers, key, index);
      // In a batch, pointers also count from each answer.
      const ofCall = parent.part === "root" && key === null ? above.pointers : [];
      return { part: "below", isHidden: false, pointers: [...pointers, ...ofCall] };
    },
    key(_place, name) {
      const kind = context.nameKind(name);
      if (kind !== "odd" && kind !== "hash" && found.size === 0) return null;
      return unless(name, found.get(name) ?? cleaner.value(name));
    },
    text(place, key, index, value) {
      if (value === "" || isToken(value)) return null;
      if (isHidden(place, key, index) || words.isHidden(value)) return cleaner.hide(value);
      const known = found.size === 0 ? undefined : found.get(value);
      if (known !== undefined) return known;
      // What a wallet answers: an address may be known to all, all else may be a key.
      if (hasKeys && !mayWalletSay(key, value)) return unless(value, walletValue(cleaner, value));
      const isDoubtful = key !== null && context.nameKind(key) === "doubtful";
      if (isDoubtful && !isHex(value) && !isPublicValue(value)) {
        return cleaner.hide(value);
      }
      return unless(value, cleaner.value(value));
    },
    number: (place, key, index, digits) =>
      isHidden(place, key, index) ? cleaner.hide(digits) : null,
    bytes: (_place, _key, _index, list) => cleaner.hide(list),
  };
}

const unless = (value: string, by: string): string | null => (by === value ? null : by);

function mayWalletSay(key: string | null, value: string): boolean {
  return (
    key === "jsonrpc" ||
    key === "message" ||
    isEthereumAddress(value) ||
    isQuantity(value) ||
    value.length < 4
  );
}

function walletValue(cleaner: TextCleaner, value: string): string {
  const clean = cleaner.value(value);
  if (clean !== value) return clean;
  return (isHex(value) && value.length !== 66) || isPublicAddress(value) || isKnownWords(value)
    ? value
    : cleaner.hide(value);
}
