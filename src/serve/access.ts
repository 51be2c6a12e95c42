import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { usageError } from "../errors.ts";

/** Who may ask. */
export interface Access {
  /** Null on loopback without one. */
  readonly token: string | null;
}

const COOKIE = "shadowdiff";

/** Loopback needs no token; any other address does. Throws a usage error without one. */
export function accessFor(host: string, token: string | undefined): Access {
  const given = token === undefined || token === "" ? null : token;
  if (given === null && !isLoopback(host)) {
    throw usageError(`${host} is not this machine alone: a token is needed to listen there.`, {
      details: [
        "Set SHADOWDIFF_TOKEN; who asks sends `Authorization: Bearer TOKEN`, or ?token=TOKEN in the URL.",
      ],
    });
  }
  return { token: given };
}

export type Admission = "yes" | "needs-token" | "foreign-page";

/**
 * Without a token only this machine can ask; a page of another site, open in a browser here, must not do it for its owner:
 * neither by a name that it points at loopback, nor by a form.
 */
export function admit(request: IncomingMessage, url: URL, access: Access): Admission {
  const site = request.headers["sec-fetch-site"];
  if (request.method === "POST" && site !== undefined && site !== "same-origin" && site !== "none")
    return "foreign-page";
  if (access.token === null) return isLoopback(url.hostname) ? "yes" : "foreign-page";
  return tokensOf(request, url).some((given) => same(given, access.token ?? ""))
    ? "yes"
    : "needs-token";
}

/** The header that lets a browser stay: its own requests can carry no other token. */
export function cookieFor(access: Access): string {
  return `${COOKIE}=${encodeURIComponent(access.token ?? "")}; HttpOnly; SameSite=Strict; Path=/`;
}

function tokensOf({ headers }: IncomingMessage, url: URL): string[] {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? "")?.[1];
  const query = url.searchParams.get("token");
  const cookie = (headers.cookie ?? "")
    .split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
  return [bearer, query, cookie === undefined ? undefined : decoded(cookie)].filter(
    (token) => token !== undefined && token !== null,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** In the same time whatever is wrong with it. */
function same(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** `127.0.0.1`, `[::1]`, `localhost`: addresses and names that mean this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return (isIP(name) === 4 && name.startsWith("127.")) || name === "::1" || name === "localhost";
}
