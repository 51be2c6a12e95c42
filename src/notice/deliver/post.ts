import { Readable } from "node:stream";
import { request } from "undici";
import type { Dispatcher } from "undici";
import { oneLine } from "../formats/visible.ts";
import { refused } from "./transport.ts";
import type { Delivery } from "./transport.ts";
import { messageOf } from "../../errors.ts";

/** Failures before a connection stood: nothing was sent. */
const BEFORE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPRIVATE",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
}

/** Status and the wait that was asked for, or a Delivery where no answer came. */
export type PostAnswer =
  | { readonly status: number; readonly retryAfterMs: number | null }
  | { readonly delivery: Delivery };

/** One POST without redirects. The response's body is thrown away: it may echo what was sent. */
export async function post(message: Post, transmitting: () => void): Promise<PostAnswer> {
  const { url, headers, dispatcher, timeoutMs } = message;
  const bytes = Buffer.from(message.body);
  let began = false;
  // Pulled once the connection stands, before the head is written: until then a crash has sent nothing.
  async function* body(): AsyncGenerator<Buffer> {
    transmitting();
    began = true;
    yield await Promise.resolve(bytes);
  }
  try {
    const response = await request(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(bytes.length) },
      body: Readable.from(body()),
      dispatcher,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body.dump({ limit: 65_536 }).catch(() => undefined);
    return {
      status: response.statusCode,
      retryAfterMs: retryAfter(response.headers["retry-after"]),
    };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const reason = oneLine(messageOf(error)).slice(0, 200);
    if (!began || BEFORE.has(code)) return { delivery: refused(reason === "" ? code : reason) };
    return { delivery: { kind: "in-doubt", error: `no answer: ${reason}` } };
  }
}

/** Seconds, as Slack and most send it; a date is rare and treated as none. An hour at most. */
function retryAfter(value: string | string[] | undefined): number | null {
  const seconds = Number(Array.isArray(value) ? value[0] : (value ?? Number.NaN));
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3_600) * 1_000 : null;
}
