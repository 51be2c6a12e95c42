import { splitOnce } from "./rules.ts";
import type { CustomerSource, RedactionRules } from "./rules.ts";

/** A request's head as it came: names in their own case, in order. */
export interface RequestHead {
  readonly verb: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What a head gives away: everything here must not reach a disk. */
export interface Credentials {
  /** The customer's own value (an API key, a user name, a claim), or null. */
  readonly customer: string | null;
  readonly secrets: ReadonlySet<string>;
}

const SECRET_HEADER =
  /key|token|secret|auth|session|jwt|cookie|passw|signature|credential|^x-amz-|^cf-access/i;
const RPC_WORD = /^(?:rpc|jsonrpc|ws|wss|api|key|keys|eth|evm|mainnet|testnet)$/i;
/** Headers of the protocol, which hold words and names. Any other may hold a key under a name nobody foresaw. */
const ORDINARY_HEADER =
  /^(?:host|connection|accept.*|content-.*|transfer-encoding|te|trailer|upgrade|via|forwarded|x-forwarded-.*|origin|referer|if-.*|range|date|expect|cache-control|pragma|prefer|access-control-.*|sec-(?:fetch|ch)-.*)$/;
const SECRET_QUERY =
  /^(?:api[-_]?key|x-api-key|d?key|(?:access|auth|id|refresh)?[-_]?token|auth|authorization|jwt|secret|client[-_]secret|sig|signature|passw(?:or)?d|pass|session(?:[-_]?id)?|x-amz-.*|project[-_]?id)$/i;

/** Values that are words of the protocol rather than secrets, and may stand in a header whose name looks secret. */
const PLAIN_VALUE = /^(?:true|false|null|none|\d{1,5}|gzip|identity|keep-alive)$/i;

/** Everything secret in a request's head, and who sent it. */
export function findCredentials(
  head: RequestHead,
  rules: RedactionRules,
  isJsonRpc: boolean,
): Credentials {
  const secrets = new Set<string>();
  for (const [rawName, value] of head.headers) {
    const name = rawName.toLowerCase();
    if (rules.keepHeaders.includes(name)) continue;
    if (SECRET_HEADER.test(name)) {
      for (const secret of headerSecrets(name, value)) secrets.add(secret);
    } else if (name === "user-agent") {
      // What comes after product and version is not kept, so an answer must not bring it back.
      const rest = value.slice(productAndVersion(value).length).trim();
      secrets.add(rest);
      for (const word of rest.split(/[\s();,:=]+/)) if (looksLikeKey(word, 16)) secrets.add(word);
    } else if (!ORDINARY_HEADER.test(name) && looksLikeKey(value, 16)) secrets.add(value);
  }
  const { segments, query } = splitPath(head.path);
  for (const [index, segment] of segments.entries()) {
    if (isPathKey(segments, index, isJsonRpc)) addBoth(secrets, segment);
  }
  for (const [name, value] of query) {
    if (SECRET_QUERY.test(name) || rules.secretQuery.includes(name.toLowerCase()))
      addBoth(secrets, value);
  }
  const customer = findCustomer(head, rules.customer);
  if (customer !== null) secrets.add(customer);
  for (const each of secrets) if (each === "" || PLAIN_VALUE.test(each)) secrets.delete(each);
  return { customer, secrets };
}

/** `viem/2.57.0 (linux; build 77) key=abc` → `viem/2.57.0`: comments may name a person's machine. */
export function productAndVersion(userAgent: string): string {
  return (/^[A-Za-z][\w.@-]{0,40}(?:\/[\w.+-]{1,30})?/.exec(userAgent)?.[0] ?? "").slice(0, 60);
}

function headerSecrets(name: string, value: string): string[] {
  if (name === "cookie" || name === "set-cookie") {
    return value.split(";").map((pair) => unquoted((splitOnce(pair, "=")[1] ?? pair).trim()));
  }
  if (!name.endsWith("authorization")) return [value];
  const [scheme, rest = ""] = splitOnce(value.trim(), " ");
  const credential = rest.trim();
  if (credential === "") return [scheme];
  if (scheme.toLowerCase() !== "basic") return [credential];
  const decoded = Buffer.from(credential, "base64").toString("utf8");
  const [user, password = ""] = splitOnce(decoded, ":");
  return [credential, decoded, user, password];
}

function findCustomer(head: RequestHead, sources: readonly CustomerSource[]): string | null {
  for (const source of sources) {
    const value = customerFrom(head, source);
    if (value !== undefined && value !== "") return value;
  }
  return null;
}

function customerFrom(head: RequestHead, source: CustomerSource): string | undefined {
  switch (source.from) {
    case "header":
      return header(head, source.name);
    case "path":
      return splitPath(head.path).segments[source.segment - 1];
    case "query":
      return splitPath(head.path).query.find(([name]) => name === source.name)?.[1];
    case "basic": {
      const value = header(head, "authorization");
      if (value === undefined || !/^basic /i.test(value)) return undefined;
      return splitOnce(Buffer.from(value.slice(6).trim(), "base64").toString("utf8"), ":")[0];
    }
    case "jwt": {
      const value = header(head, "authorization");
      return value === undefined ? undefined : claim(value.replace(/^bearer /i, ""), source.claim);
    }
    default:
      return source satisfies never;
  }
}

function header(head: RequestHead, name: string): string | undefined {
  return head.headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** A claim of a JWT, which is not verified: the upstream does that, and a forged one only names a forged customer. */
function claim(token: string, name: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"),
    );
    if (typeof payload !== "object" || payload === null) return undefined;
    const value: unknown = Reflect.get(payload, name);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Segments (as sent, from 1 after the leading slash) and query parameters (as sent) of a request target. */
export function splitPath(path: string): { segments: string[]; query: [string, string][] } {
  const [pathname, query = ""] = splitOnce(path, "?");
  return {
    segments: pathname.split("/").slice(1),
    query: query.split("&").map((pair) => {
      const [name, value = ""] = splitOnce(pair, "=");
      return [decoded(name), value];
    }),
  };
}

/**
 * Providers put keys into the path: `/v2/KEY`, `/v3/KEY`, `/KEY`, `/rpc/KEY`. For JSON-RPC any segment that looks like a key
 * is one. In REST a path is made of names, hashes and addresses, so only the usual places count.
 */
export function isPathKey(segments: readonly string[], index: number, isJsonRpc: boolean): boolean {
  const segment = segments[index] ?? "";
  const afterVersion = /^v\d+$/.test(segments[index - 1] ?? "");
  if (afterVersion && looksLikeKey(segment, 12)) return true;
  // A browser asks OPTIONS, and a WebSocket GET, of the same short path that calls are posted to.
  const isShort = segments.length <= 2 || RPC_WORD.test(segments[index - 1] ?? "");
  return (isJsonRpc || isShort) && looksLikeKey(segment, 16);
}

function looksLikeKey(segment: string, shortest: number): boolean {
  if (segment.length < shortest || !/^[\w~.%-]+$/.test(segment)) return false;
  if (/^0x/i.test(segment) || /^S[PTMN][0-9A-Z]{28,}/.test(segment)) return false;
  return (
    (/\d/.test(segment) && /[a-z]/i.test(segment)) ||
    (/[a-z]/.test(segment) && /[A-Z]/.test(segment.slice(1)))
  );
}

function addBoth(secrets: Set<string>, value: string): void {
  secrets.add(value);
  secrets.add(decoded(value));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
