import { isUtf8 } from "node:buffer";
import type { JsonValue } from "../model/json.ts";
import type { Context } from "./context.ts";
import { hasKeyEntropy } from "./entropy.ts";
import { withoutPatterns } from "./head.ts";
import type { CleanHead } from "./head.ts";
import { grammarOf } from "./methods.ts";
import type { Grammar } from "./methods.ts";
import { mayStay } from "./parameters.ts";
import { isPointedAt, step } from "./pointers.ts";
import type { OpenPointers } from "./pointers.ts";
import { isSignedTransaction, stacksTransactionId, transactionHash } from "./signed.ts";
import { isToken } from "./tokens.ts";
import { isHash, isHex, isName } from "./values.ts";
import { walkJson } from "./walk.ts";
import type { JsonVisitor } from "./walk.ts";
import { isKnownWords } from "./words.ts";

const STACKS_READ = /^\/(?:v2\/(?:contracts|map_entry|fees)|extended)\//;
const STACKS_BROADCAST = /\/v2\/transactions\/?(?:\?|$)/;
/** More texts to hide than any request holds: the whole body is then kept as its length. */
const MOST_HIDDEN = 20_000;
const TOO_MANY = "red_";
/** Raw transactions are hashed once for each length; a longer one is no transaction of any chain. */
const LONGEST_ID = 100;

export interface CleanRequestBody {
  /** Null also where the body is not kept. */
  readonly body: Buffer | null;
  /** Only length and hash may be kept. */
  readonly reduced: boolean;
  /** JSON-RPC methods in it. */
  readonly methods: readonly string[];
  /** What was hidden, with what stands for it: to be looked for in the answer. */
  readonly found: ReadonlyMap<string, string>;
  readonly unreplayable: "redacted-body" | "writes" | null;
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** Where a value of a request's body stands. */
interface Place {
  readonly part: "root" | "batch" | "call" | "parameters" | "hidden" | "other";
  readonly grammar: Grammar;
  readonly pointers: OpenPointers;
}

/**
 * A request's body in which only what may stay does; bytes stay as they came unless something was taken out. `json` is what it
 * parses as, or undefined: then only its length is known.
 */
export function cleanRequestBody(
  body: Buffer | null,
  json: JsonValue | undefined,
  isJsonRpc: boolean,
  head: CleanHead,
  context: Context,
): CleanRequestBody {
  const unchanged = { methods: [], found: NOTHING, unreplayable: null, reduced: false };
  if (body === null || body.length === 0) return { ...unchanged, body };
  if (head.verb === "POST" && STACKS_BROADCAST.test(head.path)) {
    const text = body.toString("latin1", 0, LONGEST_ID);
    const id = isHash(text) ? body : Buffer.from(stacksTransactionId(stacksBytes(body, json)));
    return { ...unchanged, body: id, unreplayable: "writes" };
  }
  const reduced: CleanRequestBody = {
    ...unchanged,
    body: null,
    reduced: true,
    unreplayable: "redacted-body",
  };
  if (json === undefined) return reduced;
  const calls = isJsonRpc ? callsOf(json) : [];
  const methods = calls.map(methodOf).filter((method) => method !== "");
  const grammars = calls.map((call) => grammarOf(methodOf(call)));
  const root: Place = {
    part: "root",
    grammar: isJsonRpc ? "strict" : STACKS_READ.test(head.path) ? "stacks" : "strict",
    pointers: context.pointers,
  };
  const found = new Map<string, string>();
  const lostBy = { reads: false, writes: false };
  const text = body.toString("latin1");
  const walked = walkJson(
    text,
    root,
    requestVisitor(root, isJsonRpc, Array.isArray(json), grammars, found, lostBy, head, context),
  );
  if (walked === undefined || found.size > MOST_HIDDEN) return { ...reduced, methods };
  const searched = head.secrets.withinBytes(walked, "request");
  const unpatterned = searched === text ? body : Buffer.from(searched, "latin1");
  const clean = patternsOut(unpatterned, context);
  if (searched !== walked || clean !== unpatterned) lostBy.reads = true;
  const writes = grammars.includes("sends") || (lostBy.writes && !lostBy.reads);
  return {
    body: clean,
    reduced: false,
    methods,
    found: found.size === 0 ? NOTHING : found,
    unreplayable: writes ? "writes" : lostBy.reads ? "redacted-body" : null,
  };
}

function requestVisitor(
  root: Place,
  isJsonRpc: boolean,
  isBatch: boolean,
  grammars: readonly Grammar[],
  found: Map<string, string>,
  lostBy: { reads: boolean; writes: boolean },
  head: CleanHead,
  context: Context,
): JsonVisitor<Place> {
  const { tokens } = context;
  const hide = (value: string, grammar: Grammar): string => {
    if (grammar === "sends" || grammar === "keys") lostBy.writes = true;
    else lostBy.reads = true;
    return tokenFor(value);
  };
  const tokenFor = (value: string): string => {
    if (found.size > MOST_HIDDEN) return TOO_MANY;
    const known = found.get(value) ?? head.secrets.whole(value);
    const token = known ?? tokens.token("red", value);
    if (!isToken(value)) found.set(value, token);
    return token;
  };
  const call = (index: number, pointers: OpenPointers): Place => ({
    part: "call",
    grammar: grammars[index] ?? "strict",
    // In a batch, pointers also count from each call.
    pointers: isBatch ? [...pointers, ...root.pointers] : pointers,
  });
  return {
    enter(parent, key, index) {
      const pointers = parent.part === "root" ? root.pointers : step(parent.pointers, key, index);
      if (
        parent.part === "hidden" ||
        isPointedAt(pointers) ||
        (key !== null && context.nameKind(key) === "secret")
      ) {
        return parent.part === "hidden" ? parent : { ...parent, part: "hidden" };
      }
      if (parent.part === "root") {
        if (!isJsonRpc) return { ...parent, part: "other", pointers };
        return isBatch ? { ...parent, part: "batch", pointers } : call(0, pointers);
      }
      if (parent.part === "batch") return call(index, pointers);
      if (parent.part === "call") {
        return { ...parent, part: key === "params" ? "parameters" : "other", pointers };
      }
      return parent.pointers.length === 0 ? parent : { ...parent, pointers };
    },
    key(place, name) {
      const kind = context.nameKind(name);
      const isOdd =
        kind === "odd" || kind === "hash" || (kind === "hex" && place.grammar === "keys");
      return isOdd ? hide(name, place.grammar) : null;
    },
    text(place, key, index, value) {
      if (value === "") return null;
      const pointers =
        place.pointers.length === 0 ? place.pointers : step(place.pointers, key, index);
      if (
        place.part === "hidden" ||
        isPointedAt(pointers) ||
        (key !== null && context.nameKind(key) === "secret")
      ) {
        return isToken(value) ? null : hide(value, place.grammar);
      }
      if (place.part === "call") {
        if (key === "jsonrpc" && isKnownWords(`v${value}`)) return null;
        if (key === "method")
          return isName(value.replaceAll(/[/:]/g, "_")) || isToken(value)
            ? null
            : hide(value, place.grammar);
        // An id is no part of the question: with another one it is still the same.
        if (key === "id")
          return isHarmlessId(value) && head.secrets.whole(value) === undefined
            ? null
            : tokenFor(value);
      }
      if (isToken(value)) return hide(value, place.grammar);
      if (
        isSignedTransaction(value) ||
        (place.grammar === "sends" && isHex(value) && value.length > 66)
      ) {
        const hash = transactionHash(
          isHex(value) ? value : `0x${Buffer.from(value).toString("hex")}`,
        );
        found.set(value, hash);
        if (place.grammar === "sends") lostBy.writes = true;
        else lostBy.reads = true;
        return hash;
      }
      const grammar = place.part === "other" && isJsonRpc ? "strict" : place.grammar;
      return mayStay(grammar, key, value) ? null : hide(value, place.grammar);
    },
    number(place, key, index, digits) {
      const pointers =
        place.pointers.length === 0 ? place.pointers : step(place.pointers, key, index);
      const isHidden =
        place.part === "hidden" ||
        isPointedAt(pointers) ||
        (key !== null && context.nameKind(key) === "secret");
      return isHidden ? hide(digits, place.grammar) : null;
    },
    bytes: (place, _key, _index, list) => hide(list, place.grammar),
  };
}

const isHarmlessId = (id: string): boolean =>
  id.length <= 64 && (!hasKeyEntropy(id) || isKnownWords(id)) && !/[\s@:/]/.test(id);

type Call = { [key: string]: JsonValue };

/** The calls of a body in their places; what is none stands as an empty object. */
function callsOf(json: JsonValue): Call[] {
  const list = Array.isArray(json) ? json : [json];
  return list.map((call) =>
    typeof call === "object" && call !== null && !Array.isArray(call) ? call : {},
  );
}

function methodOf(call: Call): string {
  return typeof call["method"] === "string" ? call["method"] : "";
}

/** The bytes of a transaction: the whole body, or hex in the field `tx`. */
function stacksBytes(body: Buffer, json: JsonValue | undefined): Buffer {
  const hex = json === undefined ? undefined : callsOf(json)[0]?.["tx"];
  return typeof hex === "string" ? Buffer.from(hex.replace(/^0x/, ""), "hex") : body;
}

/** The same object where no pattern matches. */
export function patternsOut(body: Buffer, { rules, tokens }: Context): Buffer {
  if (rules.patterns.length === 0) return body;
  // Latin-1 holds any byte; patterns of other letters only match where they are text.
  const encoding = isUtf8(body) ? "utf8" : "latin1";
  const text = body.toString(encoding);
  const changed = withoutPatterns(text, rules, tokens);
  return changed === text ? body : Buffer.from(changed, encoding);
}
