import type { Headers } from "../model/exchange.ts";
import { isPathKey, productAndVersion, splitPath } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";
import { splitOnce } from "./rules.ts";
import type { RedactionRules } from "./rules.ts";
import { substituteText } from "./substitute.ts";
import type { Substitution } from "./substitute.ts";
import type { Tokeniser } from "./tokens.ts";

/** Everything else is dropped: an unknown header may hold anything. */
const KEPT_REQUEST_HEADERS = new Set([
  "accept",
  "accept-encoding",
  "content-type",
  "content-encoding",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "range",
  "prefer",
  "user-agent",
  "access-control-request-method",
  "access-control-request-headers",
]);
const KEPT_RESPONSE_HEADERS = new Set([
  "content-type",
  "content-encoding",
  "content-disposition",
  "content-range",
  "cache-control",
  "etag",
  "expires",
  "last-modified",
  "vary",
  "allow",
  "link",
  "location",
  "retry-after",
  "deprecation",
  "sunset",
  "warning",
  "x-total-count",
]);
const JSON_WEB_TOKEN = /eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]+/g;
const KEPT_RESPONSE_PREFIX = /^(?:access-control-|ratelimit|x-ratelimit|x-stacks-|x-hiro-)/;

/** Header pairs as they came → kept ones, names in lower case, repeated ones joined, secrets replaced. */
export function keepHeaders(
  pairs: readonly (readonly [string, string])[],
  side: "request" | "response",
  rules: RedactionRules,
  secrets: readonly Substitution[],
  tokens: Tokeniser,
): Headers {
  const kept: Record<string, string> = {};
  for (const [rawName, rawValue] of pairs) {
    const name = rawName.toLowerCase();
    if (!isKept(name, side) && !rules.keepHeaders.includes(name)) continue;
    const value = name === "user-agent" ? productAndVersion(rawValue) : rawValue;
    const clean = withoutPatterns(substituteText(value, secrets), rules, tokens);
    kept[name] = kept[name] === undefined ? clean : `${kept[name]}, ${clean}`;
  }
  return kept;
}

function isKept(name: string, side: "request" | "response"): boolean {
  return side === "request"
    ? KEPT_REQUEST_HEADERS.has(name)
    : KEPT_RESPONSE_HEADERS.has(name) || KEPT_RESPONSE_PREFIX.test(name);
}

/** Path and query with keys replaced; everything else byte for byte. */
export function redactPath(
  path: string,
  credentials: Credentials,
  secrets: readonly Substitution[],
  rules: RedactionRules,
  tokens: Tokeniser,
  isJsonRpc: boolean,
): string {
  const token = (secret: string): string =>
    tokens.token(secret === credentials.customer ? "cus" : "red", secret);
  const isSecret = (value: string): boolean => value !== "" && credentials.secrets.has(value);
  const [pathname, query] = splitOnce(path, "?");
  const segments = splitPath(path).segments;
  const cleanSegments = segments.map((segment, index) =>
    isSecret(segment) || isPathKey(segments, index, isJsonRpc) ? token(segment) : segment,
  );
  const cleanPath = pathname.startsWith("/") ? `/${cleanSegments.join("/")}` : pathname;
  const cleanQuery = query?.split("&").map((pair) => {
    const [name, value = ""] = splitOnce(pair, "=");
    return isSecret(value) ? `${name}=${token(value)}` : pair;
  });
  const clean = `${cleanPath}${cleanQuery === undefined ? "" : `?${cleanQuery.join("&")}`}`;
  return withoutPatterns(substituteText(clean, secrets), rules, tokens);
}

/** Every match of a configured pattern, and every JSON Web Token, replaced by its token. */
export function withoutPatterns(text: string, rules: RedactionRules, tokens: Tokeniser): string {
  let result = text.includes("eyJ")
    ? text.replace(JSON_WEB_TOKEN, (match) => tokens.token("red", match))
    : text;
  for (const pattern of rules.patterns) {
    result = result.replace(pattern, (match) => (match === "" ? "" : tokens.token("red", match)));
  }
  return result;
}
