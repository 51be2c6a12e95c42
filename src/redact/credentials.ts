import { hasKeyEntropy } from "./entropy.ts";
import { splitOnce } from "./rules.ts";
import type { CustomerSource } from "./rules.ts";

/** A request's head as it came: names in their own case, in order. */
export interface RequestHead {
  readonly verb: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Headers whose values are the protocol's own words: of what they hold only what looks like a key is secret. */
const ORDINARY =
  /^(?:host|connection|accept.*|content-.*|transfer-encoding|te|trailer|upgrade|via|forwarded|x-forwarded-.*|x-real-ip|x-original-.*|x-rewrite-.*|x-request-.*|origin|referer|if-.*|range|date|expect|cache-control|pragma|prefer|access-control-.*|sec-(?:fetch|ch|gpc)-?.*|sec-websocket-(?:version|extensions)|dnt|priority|user-agent|keep-alive|upgrade-insecure-requests)$/;

/** Every text in the headers that must not come back in a body or an answer. */
export function headerSecrets(
  headers: RequestHead["headers"],
  keepHeaders: readonly string[],
): Set<string> {
  const secrets = new Set<string>();
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase();
    if (keepHeaders.includes(name)) continue;
    for (const word of value.split(/[\s()<>{}[\],;:=?&"'@/\\]+/)) {
      if (hasKeyEntropy(word)) addDecoded(secrets, word);
    }
    if (name === "user-agent") {
      // What comes after product and version is not kept, so an answer must not bring it back.
      secrets.add(value.slice(productAndVersion(value).length).trim());
    } else if (!ORDINARY.test(name)) {
      secrets.add(value.trim());
      for (const part of secretParts(name, value)) addDecoded(secrets, part);
    }
  }
  return secrets;
}

function secretParts(name: string, value: string): string[] {
  if (name.endsWith("cookie")) {
    return value.split(";").map((pair) => unquoted((splitOnce(pair, "=")[1] ?? pair).trim()));
  }
  const [scheme, rest = ""] = splitOnce(value.trim(), " ");
  const credential = rest.trim();
  if (credential === "") return fromBase64(scheme);
  if (!name.endsWith("authorization")) return [credential, ...value.split(/[\s,;]+/)];
  const decoded = fromBase64(credential);
  return [credential, ...decoded, ...(decoded[0]?.split(":") ?? [])];
}

/** What a text in Base64 stands for, where that is text. */
function fromBase64(text: string): string[] {
  if (text.length < 8 || !/^[\w+/=-]+$/.test(text)) return [];
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return /^[\x20-\x7e]{4,}$/.test(decoded) ? [decoded] : [];
}

function addDecoded(secrets: Set<string>, text: string): void {
  secrets.add(text);
  if (text.includes("%")) secrets.add(percentDecoded(text));
  // Sub-protocols such as `base64url.bearer.authorization.…` carry tokens.
  for (const part of text.split(".")) for (const decoded of fromBase64(part)) secrets.add(decoded);
}

const VERSION =
  /^\/(v?\d{1,8}(?:\.\d{1,8}){0,4}(?:[-.]?(?:alpha|beta|rc|next|dev|pre|stable|unstable)(?:[-.]?\d{1,8})*)?)(?![\w.+-])/i;

/** `viem/2.57.0 (linux; build 77) key=abc` → `viem/2.57.0`: what else is there may name a person or be a key. */
export function productAndVersion(userAgent: string): string {
  const product = /^[A-Za-z][\w.@-]{0,40}/.exec(userAgent)?.[0] ?? "";
  if (hasKeyEntropy(product)) return "";
  const version = VERSION.exec(userAgent.slice(product.length));
  if (version !== null) return `${product}/${version[1]}`;
  // `Geth/v1.13.15-stable-c5ba367e/linux`: the number is enough.
  const number = /^\/(v?\d{1,8}(?:\.\d{1,8}){1,4})(?=[-+])/.exec(userAgent.slice(product.length));
  return number === null ? product : `${product}/${number[1]}`;
}

/** Who sent it, in their own words: the first source that gives something. */
export function findCustomer(head: RequestHead, sources: readonly CustomerSource[]): string | null {
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

/** Segments (from 1 after the leading slash) and query parameters of a request target, as a customer is read from them. */
function splitPath(path: string): { segments: string[]; query: [string, string][] } {
  const [pathname, query = ""] = splitOnce(path, "?");
  return {
    segments: pathname.split("/").slice(1).map(percentDecoded),
    query: query.split("&").map((pair) => {
      const [name, value = ""] = splitOnce(pair, "=");
      return [percentDecoded(name), percentDecoded(value.replaceAll("+", " "))];
    }),
  };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
