import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import { Agent } from "undici";
import { derivedSecret } from "../answer-link.ts";
import { post } from "./post.ts";
import { isPublicAddress, publicLookup } from "./public-address.ts";
import { refused } from "./transport.ts";
import type { Delivery, Transport } from "./transport.ts";

interface WebhookOptions {
  /** The team's secret, of which each account's own is made. */
  readonly secret: string | null;
  /** Lets webhooks go to private addresses and over plain http, for receivers inside one's own network. */
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  readonly now: () => Date;
}

/** The key with which an account verifies its webhooks, as Standard Webhooks writes it. */
export function webhookSecret(secret: string, account: string): string {
  return `whsec_${derivedSecret(secret, `webhook\0${account}`).toString("base64")}`;
}

/** Webhooks after Standard Webhooks 1.0: signed, with an id that stays the same in every attempt. */
export function webhookTransport(options: WebhookOptions): Transport {
  const { secret, allowPrivate, timeoutMs, now } = options;
  const dispatcher = new Agent({
    connect: allowPrivate ? { timeout: timeoutMs } : { timeout: timeoutMs, lookup: publicLookup },
    pipelining: 1,
  });
  return {
    channel: "webhook",
    idempotent: true,
    unavailable: (_account, address) =>
      secret === null
        ? "no secret to sign with: set SHADOWDIFF_NOTICE_SECRET"
        : closed(address, allowPrivate),
    async deliver(parcel, transmitting) {
      if (secret === null) return refused("webhooks are not set up");
      const timestamp = Math.floor(now().getTime() / 1_000);
      const body = `{"type":${JSON.stringify(parcel.type ?? "upgrade.notice")},"timestamp":${JSON.stringify(parcel.approvedAt)},"data":${parcel.rendered.webhook}}`;
      const answer = await post(
        {
          url: parcel.address,
          headers: {
            "content-type": "application/json",
            "user-agent": "shadowdiff",
            "webhook-id": parcel.id,
            "webhook-timestamp": String(timestamp),
            "webhook-signature": signature(
              secret,
              parcel.account,
              `${parcel.id}.${timestamp}.${body}`,
            ),
          },
          body,
          dispatcher,
          timeoutMs,
        },
        transmitting,
      );
      return "delivery" in answer ? answer.delivery : verdictOf(answer.status, answer.retryAfterMs);
    },
    close: () => dispatcher.close(),
  };
}

function signature(secret: string, account: string, content: string): string {
  const key = derivedSecret(secret, `webhook\0${account}`);
  return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

/** Standard Webhooks: only 2xx is success, 410 asks never to be called again, a redirect is a failure. */
function verdictOf(status: number, retryAfterMs: number | null): Delivery {
  if (status >= 200 && status < 300) return { kind: "delivered", detail: `HTTP ${status}` };
  return refused(
    `HTTP ${status}${status >= 300 && status < 400 ? ": redirects are not followed" : ""}`,
    {
      final: status === 410,
      retryAfterMs,
    },
  );
}

function closed(address: string, allowPrivate: boolean): string | null {
  const url = URL.parse(address);
  if (url === null) return "the webhook's URL can't be read";
  if (url.username !== "" || url.password !== "") return "the webhook's URL holds a password";
  if (allowPrivate) return null;
  if (url.protocol !== "https:") return "the webhook is not https";
  // Sockets look up names only: an address that is written out is checked here.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 || isPublicAddress(host) ? null : "the webhook's address is not public";
}
