import type { Headers } from "../model/exchange.ts";
import { findCustomer, headerSecrets, productAndVersion } from "./credentials.ts";
import type { RequestHead } from "./credentials.ts";
import { REQUEST_HEADERS, responseHeader } from "./headers.ts";
import type { RedactionRules } from "./rules.ts";
import { secretsOf } from "./secrets.ts";
import type { Secrets } from "./secrets.ts";
import { cleanTarget } from "./target.ts";
import { textCleaner } from "./text.ts";
import type { Tokeniser } from "./tokens.ts";

/** A request's head without its secrets, and what to look for in the bodies. */
export interface CleanHead {
  readonly verb: string;
  readonly path: string;
  readonly headers: Headers;
  /** JSON text of verb, path and headers, comma-separated. */
  readonly text: string;
  /** The customer's token, or null. */
  readonly customer: string | null;
  readonly secrets: Secrets;
  /** The path lost a part that the question needs. */
  readonly lost: boolean;
  /** The last whole head made with it: most answers of a connection have the same head too. */
  last: { readonly response: string; readonly head: string };
}

const VERBS = new Set(
  "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT PROPFIND SEARCH M-SEARCH QUERY".split(" "),
);

/** A request's line and headers → what may stay of them. */
export function cleanRequestHead(
  head: RequestHead,
  wire: "json-rpc" | "rest",
  rules: RedactionRules,
  tokens: Tokeniser,
): CleanHead {
  const customer = findCustomer(head, rules.customer);
  const found = headerSecrets(head.headers, rules.keepHeaders);
  for (const secret of rules.ownSecrets) found.add(secret);
  if (customer !== null) found.add(customer);
  const token = (text: string): string => tokens.token(text === customer ? "cus" : "red", text);
  const inHeaders = new Set(found);
  const { target, lost } = cleanTarget(
    head.path,
    wire,
    (text) => {
      found.add(text);
      return token(text);
    },
    (text) => text.length >= 4 && inHeaders.has(text) && text !== "/",
    rules.secretQuery,
  );
  const userinfo = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@]*)@/i.exec(head.path)?.[1];
  for (const part of userinfo?.split(":") ?? []) found.add(part);
  const secrets = secretsOf(found, customer, tokens);
  const path = withoutPatterns(target, rules, tokens);
  const headers = keptHeaders(
    head.headers,
    (name) => REQUEST_HEADERS[name],
    rules,
    secrets,
    tokens,
    false,
  );
  const verb = VERBS.has(head.verb) ? head.verb : "(odd verb)";
  return {
    verb,
    path,
    headers,
    text: `${JSON.stringify(verb)},${JSON.stringify(path)},${JSON.stringify(headers)}`,
    customer: customer === null ? null : tokens.token("cus", customer),
    secrets,
    lost: lost || (wire === "rest" && path !== target),
    last: { response: "", head: "" },
  };
}

/** An answer's header pairs → what may stay of them. */
export function cleanResponseHeaders(
  pairs: readonly (readonly [string, string])[],
  rules: RedactionRules,
  secrets: Secrets,
  tokens: Tokeniser,
): Headers {
  return keptHeaders(pairs, responseHeader, rules, secrets, tokens, true);
}

/** Names in lower case, repeated ones joined; a value that is not of its header's form is cleaned as text, or dropped. */
function keptHeaders(
  pairs: readonly (readonly [string, string])[],
  grammarOf: (name: string) => ((value: string) => string | undefined) | undefined,
  rules: RedactionRules,
  secrets: Secrets,
  tokens: Tokeniser,
  keepsOdd: boolean,
): Headers {
  const kept: Record<string, string> = {};
  const hide = (text: string): string => tokens.token("red", text);
  for (const [rawName, rawValue] of pairs) {
    const name = rawName.toLowerCase();
    let value: string | undefined;
    if (rules.keepHeaders.includes(name)) value = secrets.within(rawValue);
    else if (name === "user-agent" && !keepsOdd) value = productAndVersion(rawValue);
    else {
      const grammar = grammarOf(name);
      if (grammar === undefined) continue;
      value = grammar(secrets.within(rawValue));
      if (value === undefined && keepsOdd) value = cleanValue(name, rawValue, secrets, hide);
    }
    if (value === undefined) continue;
    const clean = withoutPatterns(value, rules, tokens);
    kept[name] = kept[name] === undefined ? clean : `${kept[name]}, ${clean}`;
  }
  return kept;
}

/** Where an answer sends to is a target; anything else is prose. */
function cleanValue(
  name: string,
  value: string,
  secrets: Secrets,
  hide: (text: string) => string,
): string {
  const cleaner = textCleaner({}, secrets, (text) => secrets.whole(text), hide);
  if (name === "location" && value.startsWith("/")) {
    return cleanTarget(value, "rest", hide, (text) => secrets.whole(text) !== undefined).target;
  }
  if (name === "etag") return `"${hide(value)}"`;
  return cleaner.prose(value);
}

/** Every match of a configured pattern replaced by its token. */
export function withoutPatterns(text: string, rules: RedactionRules, tokens: Tokeniser): string {
  let result = text;
  for (const pattern of rules.patterns) {
    result = result.replace(pattern, (match) => (match === "" ? "" : tokens.token("red", match)));
  }
  return result;
}
