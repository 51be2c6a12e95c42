import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fetch, type Dispatcher } from "undici";
import { messageOf } from "../errors.ts";
import { displayUrl } from "../model/display-url.ts";

/** What a source gave. A failed request is a value: one source that is down must not silence the others. */
export type Fetched =
  | {
      readonly kind: "text";
      readonly text: string;
      readonly etag: string | null;
      readonly next: boolean;
    }
  | { readonly kind: "same" }
  /** It asks for patience; `until` in Unix ms. */
  | { readonly kind: "wait"; readonly until: number }
  | {
      readonly kind: "failed";
      readonly reason: string;
      readonly again: boolean;
      readonly status?: number;
    };

interface FetchOptions {
  readonly etag?: string | null | undefined;
  readonly token?: string | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly dispatcher?: Dispatcher;
}

const MOST_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 20_000;
/** Where a source is short of words about how long. */
const USUAL_WAIT_MS = 60_000;
export const LONGEST_WAIT_MS = 3_600_000;

/** A feed or a page of an API, by http or from a file. Its address is shown without credentials. */
export async function fetchText(url: string, options: FetchOptions): Promise<Fetched> {
  if (url.startsWith("file:")) return fromFile(url);
  const { etag, token, now, signal } = options;
  try {
    const response = await fetch(url, {
      headers: {
        accept:
          "application/vnd.github+json, application/json, application/atom+xml;q=0.9, */*;q=0.5",
        "user-agent": "shadowdiff",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(etag === null || etag === undefined ? {} : { "if-none-match": etag }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
    });
    const { status, headers } = response;
    if (status === 304) return { kind: "same" };
    if (status === 429 || (status === 403 && isLimit(headers))) {
      await response.body?.cancel();
      return { kind: "wait", until: waitUntil(headers, now().getTime()) };
    }
    if (status !== 200) {
      await response.body?.cancel();
      return {
        kind: "failed",
        reason: `${displayUrl(url)} answers ${status}`,
        again: status >= 500,
        status,
      };
    }
    const text = await boundedText(response.body);
    if (text === null)
      return {
        kind: "failed",
        reason: `${displayUrl(url)} answers more than 16 MiB`,
        again: false,
      };
    const next = /<[^>]+>;\s*rel="next"/.test(headers.get("link") ?? "");
    return { kind: "text", text, etag: headers.get("etag"), next };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { kind: "failed", reason: `${displayUrl(url)}: ${messageOf(cause)}`, again: true };
  }
}

function fromFile(url: string): Fetched {
  try {
    return {
      kind: "text",
      text: readFileSync(fileURLToPath(url), "utf8"),
      etag: null,
      next: false,
    };
  } catch (error) {
    return { kind: "failed", reason: messageOf(error), again: false };
  }
}

interface Head {
  get(name: string): string | null;
}

function isLimit(headers: Head): boolean {
  return headers.get("x-ratelimit-remaining") === "0" || headers.get("retry-after") !== null;
}

function waitUntil(headers: Head, now: number): number {
  const asking = headers.get("retry-after") ?? "";
  // Seconds, or a date.
  const after = asking === "" ? Number.NaN : Number(asking);
  const day = Date.parse(asking);
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  const asked = Number.isFinite(after)
    ? now + after * 1_000
    : Number.isFinite(day)
      ? day
      : reset * 1_000;
  const until = Number.isFinite(asked) && asked > now ? asked : now + USUAL_WAIT_MS;
  return Math.min(until, now + LONGEST_WAIT_MS);
}

/** A body up to a bound, as text; null past it. */
export async function boundedText(body: AsyncIterable<unknown> | null): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    const chunk = Buffer.from(part as Uint8Array);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}
