import { arrayItems, member, skipSpace } from "../protocol/json-rpc/scan.ts";

/** What pairs a message with its counterpart. */
export interface MessageIdentity {
  /** The text of its id, and of each of its calls' ids where it is a batch; strings as JSON writes them. */
  readonly keys: readonly string[];
  /** One key for all of it: of a batch the smallest one, after a bracket. Null without an id. */
  readonly key: string | null;
  /** False for what a server sends of its own accord, and for what a client asks. */
  readonly isAnswer: boolean;
  readonly isBatch: boolean;
  readonly isError: boolean;
}

const NONE: MessageIdentity = {
  keys: [],
  key: null,
  isAnswer: false,
  isBatch: false,
  isError: false,
};
/** An answer names its id before its result in every known client; then a large result need not be read. */
const EARLY_ID =
  /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(-?\d{1,40}|"[^"\\]{0,100}")\s*,\s*"(result|error)"/;
const EARLY_WITHIN_BYTES = 256;
const MOST_KEYS = 1_000;
const LONGEST_KEY_BYTES = 1_024;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** Reads the id of a JSON-RPC message without parsing it: an id past 2^53 or that is not ASCII is its text. */
export function identify(body: Buffer, side: "client" | "server"): MessageIdentity {
  if (side === "server") {
    const early = EARLY_ID.exec(body.toString("utf8", 0, EARLY_WITHIN_BYTES));
    if (early?.[1] !== undefined) {
      const key = canonical(early[1]);
      return { keys: [key], key, isAnswer: true, isBatch: false, isError: early[2] === "error" };
    }
  }
  const start = skipSpace(body, 0);
  if (body[start] === OPEN_BRACE) return identifyOne(body, start);
  return body[start] === OPEN_BRACKET ? identifyBatch(body, start) : NONE;
}

function identifyOne(body: Buffer, start: number): MessageIdentity {
  const id = member(body, start, "id");
  const isError = member(body, start, "error") !== null;
  const isCall = member(body, start, "method") !== null;
  const text = id === null ? "null" : body.toString("utf8", id.start, id.end);
  if (text === "null" || text.length > LONGEST_KEY_BYTES)
    return { ...NONE, isAnswer: isError && !isCall, isError };
  const key = canonical(text);
  return { keys: [key], key, isAnswer: !isCall, isBatch: false, isError };
}

function identifyBatch(body: Buffer, start: number): MessageIdentity {
  const keys: string[] = [];
  let isAnswer = false;
  for (const { start: at } of (arrayItems(body, start) ?? []).slice(0, MOST_KEYS)) {
    if (body[at] !== OPEN_BRACE) continue;
    const one = identifyOne(body, at);
    if (one.key === null) continue;
    if (keys.length === 0) isAnswer = one.isAnswer;
    keys.push(one.key);
  }
  if (keys.length === 0) return { ...NONE, isBatch: true };
  // Answers of a batch may come in any order, but a batch is answered as one; the smallest id stands for it.
  return { keys, key: `[${keys.toSorted()[0]}`, isAnswer, isBatch: true, isError: false };
}

/** `1.0` and `1` are one id, `"\u00e9"` and `"é"` too; digits that a number would lose stay text. */
function canonical(text: string): string {
  if (text.startsWith('"')) {
    try {
      return JSON.stringify(JSON.parse(text));
    } catch {
      return text;
    }
  }
  const number = Number(text);
  return Number.isSafeInteger(number) ? String(number) : text;
}
