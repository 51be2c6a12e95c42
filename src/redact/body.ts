import type { JsonValue } from "../model/json.ts";
import type { CleanHead, JsonBody } from "./redact.ts";
import { withoutPatterns } from "./head.ts";
import { MAY_HOLD_SECRET_FIELD, replaceInJson } from "./json.ts";
import type { RedactionRules } from "./rules.ts";
import { substituteBytes, substitutions } from "./substitute.ts";
import type { Substitution } from "./substitute.ts";
import type { Tokeniser } from "./tokens.ts";
import {
  findRawTransactions,
  hashRawTransactions,
  isTransactionHash,
  sendsRawTransaction,
  signsTransaction,
  stacksTransactionId,
  takesPassPhrase,
  transactionHash,
} from "./transactions.ts";

/** `{"` in Base64, with which each of its parts begins. */
const JSON_WEB_TOKEN_START = Buffer.from("eyJ");
const STACKS_BROADCAST = /\/v2\/transactions\/?(?:\?|$)/;

export interface RedactedRequestBody {
  readonly body: Buffer | null;
  /** JSON-RPC methods in it. */
  readonly methods: readonly string[];
  /** Secrets found in it, to be looked for in the answer. */
  readonly secrets: readonly Substitution[];
  readonly unreplayable: "redacted-body" | "writes" | null;
}

/** A request's body without secrets. Bytes stay as they came unless something was taken out. */
export function redactRequestBody(
  body: Buffer | null,
  parsed: JsonBody | undefined,
  head: CleanHead,
  rules: RedactionRules,
  tokens: Tokeniser,
): RedactedRequestBody {
  const json = parsed?.json;
  if (body === null || body.length === 0)
    return { body, methods: [], secrets: [], unreplayable: null };
  if (head.verb === "POST" && STACKS_BROADCAST.test(head.path)) {
    const id = isTransactionHash(body.toString("latin1"))
      ? body
      : Buffer.from(stacksTransactionId(stacksTransaction(body, json)));
    return { body: id, methods: [], secrets: [], unreplayable: "writes" };
  }
  const methods = methodsOf(json);
  const found = new Map<string, string>();
  let clean = body;
  if (parsed !== undefined) clean = withoutFields(clean, parsed, rules, tokens, found);
  clean = withoutRawTransactions(clean, json, found);
  clean = patternsOut(substituteBytes(clean, head.secrets), rules, tokens);
  const secrets = found.size === 0 ? [] : bodySecrets(found, tokens);
  const writes = methods.some(sendsRawTransaction);
  return {
    body: clean,
    methods,
    secrets,
    unreplayable: writes ? "writes" : clean === body ? null : "redacted-body",
  };
}

function bodySecrets(found: ReadonlyMap<string, string>, tokens: Tokeniser): Substitution[] {
  const hashed = [...found].filter(([, token]) => token.startsWith("0x"));
  const others = [...found.keys()].filter((text) => found.get(text)?.startsWith("0x") !== true);
  return [
    ...hashed.map(([text, token]) => ({ find: Buffer.from(text), text, token })),
    ...substitutions(others, null, tokens),
  ];
}

/** An answer's body without what the request gave away, and without what is configured. */
export function redactResponseBody(
  body: Buffer | null,
  methods: readonly string[],
  secrets: readonly Substitution[],
  rules: RedactionRules,
  tokens: Tokeniser,
): Buffer | null {
  if (body === null || body.length === 0) return body;
  let clean = body;
  if (rules.jsonPaths.length > 0) {
    const json = tryParse(clean);
    if (json !== undefined) {
      const replaced = replaceInJson(json, rules.jsonPaths, (value) => tokens.token("red", value));
      if (replaced.changed) clean = Buffer.from(JSON.stringify(replaced.value));
    }
  }
  if (methods.some(signsTransaction)) clean = rewritten(clean, hashRawTransactions);
  return patternsOut(substituteBytes(clean, secrets), rules, tokens);
}

/** Secret fields, configured paths and pass phrases: the JSON is written anew, as their values may be any text. */
function withoutFields(
  body: Buffer,
  { text, json }: JsonBody,
  rules: RedactionRules,
  tokens: Tokeniser,
  found: Map<string, string>,
): Buffer {
  const pointers = [...rules.jsonPaths, ...passPhrasePointers(json)];
  if (pointers.length === 0 && !MAY_HOLD_SECRET_FIELD.test(text)) return body;
  const replaced = replaceInJson(json, pointers, (value) => {
    const token = tokens.token("red", value);
    found.set(value, token);
    return token;
  });
  return replaced.changed ? Buffer.from(JSON.stringify(replaced.value)) : body;
}

function withoutRawTransactions(
  body: Buffer,
  json: JsonValue | undefined,
  found: Map<string, string>,
): Buffer {
  const calls = callsOf(json).filter((call) => sendsRawTransaction(methodOf(call)));
  if (calls.length === 0) return body;
  for (const call of calls) {
    const raw = Array.isArray(call["params"]) ? call["params"][0] : undefined;
    if (typeof raw === "string" && raw.length > 2 && !isTransactionHash(raw))
      found.set(raw, transactionHash(raw));
  }
  for (const raw of findRawTransactions(body.toString("latin1")))
    found.set(raw, transactionHash(raw));
  return rewritten(body, (text) => {
    let clean = text;
    for (const [raw, hash] of found) clean = clean.replaceAll(raw, hash);
    return clean;
  });
}

function passPhrasePointers(json: JsonValue): string[] {
  const pointers: string[] = [];
  for (const [index, call] of callsOf(json).entries()) {
    if (!takesPassPhrase(methodOf(call)) || !Array.isArray(call["params"])) continue;
    const base = Array.isArray(json) ? `/${index}` : "";
    for (const [position, value] of call["params"].entries()) {
      const isAddress = typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value);
      if (typeof value === "string" && !isAddress) pointers.push(`${base}/params/${position}`);
    }
  }
  return pointers;
}

type Call = { [key: string]: JsonValue };

/** The calls of a body in their places; what is none stands as an empty object. */
function callsOf(json: JsonValue | undefined): Call[] {
  const list = Array.isArray(json) ? json : [json];
  return list.map((call) =>
    typeof call === "object" && call !== null && !Array.isArray(call) ? call : {},
  );
}

function methodsOf(json: JsonValue | undefined): string[] {
  return callsOf(json)
    .map(methodOf)
    .filter((method) => method !== "");
}

function methodOf(call: Call): string {
  return typeof call["method"] === "string" ? call["method"] : "";
}

/** The bytes of a transaction: the whole body, or hex in the field `tx`. */
function stacksTransaction(body: Buffer, json: JsonValue | undefined): Buffer {
  const hex = callsOf(json)[0]?.["tx"];
  return typeof hex === "string" ? Buffer.from(hex.replace(/^0x/, ""), "hex") : body;
}

function patternsOut(body: Buffer, rules: RedactionRules, tokens: Tokeniser): Buffer {
  if (rules.patterns.length === 0 && !body.includes(JSON_WEB_TOKEN_START)) return body;
  return rewritten(body, (text) => withoutPatterns(text, rules, tokens));
}

/** Bytes through a text function and back without loss (Latin-1 holds any byte); the same object where nothing changed. */
function rewritten(body: Buffer, change: (text: string) => string): Buffer {
  const text = body.toString("latin1");
  const changed = change(text);
  return changed === text ? body : Buffer.from(changed, "latin1");
}

function tryParse(body: Buffer): JsonValue | undefined {
  try {
    const json: JsonValue = JSON.parse(body.toString("utf8"));
    return json;
  } catch {
    return undefined;
  }
}
