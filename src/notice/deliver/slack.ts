import { Agent } from "undici";
import { post } from "./post.ts";
import { refused } from "./transport.ts";
import type { Delivery, Transport } from "./transport.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that holds a channel's incoming webhook: `#ext-acme` is SHADOWDIFF_SLACK_WEBHOOK_EXT_ACME. */
function slackVariable(channel: string): string {
  return `SHADOWDIFF_SLACK_WEBHOOK_${channel.replace(/^#/, "").replaceAll("-", "_").toUpperCase()}`;
}

/**
 * Slack by incoming webhooks. Each channel has its own webhook and there is no common one: one customer's notice must never land
 * in another's channel.
 */
export function slackTransport({
  env,
  timeoutMs,
}: {
  readonly env: Environment;
  readonly timeoutMs: number;
}): Transport {
  const dispatcher = new Agent({ connect: { timeout: timeoutMs }, pipelining: 1 });
  const urlOf = (channel: string): string | null => {
    const value = env[slackVariable(channel)];
    return value !== undefined && ["https:", "http:"].includes(URL.parse(value)?.protocol ?? "")
      ? value
      : null;
  };
  return {
    channel: "slack",
    idempotent: false,
    unavailable: (_account, channel) =>
      urlOf(channel) === null ? `no webhook for #${channel}: set ${slackVariable(channel)}` : null,
    async deliver(parcel, transmitting) {
      const url = urlOf(parcel.address);
      if (url === null) return refused("Slack is not set up");
      const answer = await post(
        {
          url,
          headers: { "content-type": "application/json; charset=utf-8" },
          body: parcel.rendered.slack,
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

/** 429 and server faults pass; any other refusal (a webhook that is gone, blocks that Slack rejects) will not change by itself. */
function verdictOf(status: number, retryAfterMs: number | null): Delivery {
  if (status === 200) return { kind: "delivered", detail: "HTTP 200" };
  return refused(`HTTP ${status}`, { final: status !== 429 && status < 500, retryAfterMs });
}
