import { isUtf8 } from "node:buffer";
import type { Context } from "./context.ts";
import type { CleanHead } from "./head.ts";
import { grammarOf, signsTransaction } from "./methods.ts";
import { isPointedAt, step } from "./pointers.ts";
import type { OpenPointers } from "./pointers.ts";
import { patternsOut } from "./request-body.ts";
import { isSignedTransaction, transactionHash } from "./signed.ts";
import { textCleaner } from "./text.ts";
import type { AnswerKind, TextCleaner } from "./text.ts";
import { isToken } from "./tokens.ts";
import { isEthereumAddress, isHex, isPublicAddress, isPublicValue, isQuantity } from "./values.ts";
import { walkJson } from "./walk.ts";
import type { JsonVisitor } from "./walk.ts";
import { isKnownWords } from "./words.ts";

/** More texts to hide than that, and only length and hash of the answer are kept. */
const MOST_HIDDEN = 20_000;
const TOO_MANY = "red_";
/** Long hex that may be a transaction whose bytes the request gave away. */
const SHORTEST_RAW = 67;
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
    return found.get(text) ?? head.secrets.whole(text) ?? context.tokens.token("red", text);
  };
  const hashOf = (hex: string): string | undefined => {
    if (hex.length < SHORTEST_RAW) return undefined;
    const known = found.get(hex);
    if (known !== undefined) return known;
    return signs && (isSignedTransaction(hex) || hex.length > 134)
      ? transactionHash(hex)
      : undefined;
  };
  const cleaner = textCleaner(kindOf(asked, grammars), head.secrets, hide, hashOf);
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
    clean = walkJson(text, above, answerVisitor(above, cleaner, found, hasKeys, context));
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

/** Public data in the forms of a known chain may stay; of others what looks like a key goes. */
function kindOf({ head, isJsonRpc, isEvent }: Asked, grammars: ReadonlySet<string>): AnswerKind {
  if (isEvent) return "public";
  if (!isJsonRpc) return STACKS_PATH.test(head.path) ? "public" : "rest";
  const all = [...grammars];
  if (all.every((grammar) => grammar === "ethereum")) return "ethereum";
  return all.every((grammar) => ["ethereum", "bitcoin", "solana"].includes(grammar))
    ? "public"
    : "strict";
}

function answerVisitor(
  above: Place,
  cleaner: TextCleaner,
  found: ReadonlyMap<string, string>,
  hasKeys: boolean,
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
      if (context.nameKind(name) !== "odd" && found.size === 0) return null;
      return unless(name, found.get(name) ?? cleaner.value(name));
    },
    text(place, key, index, value) {
      if (value === "" || isToken(value)) return null;
      if (isHidden(place, key, index)) return cleaner.hide(value);
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
