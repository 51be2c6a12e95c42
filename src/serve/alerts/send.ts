import { createHmac, randomUUID } from "node:crypto";
import { Agent } from "undici";
import { derivedSecret } from "../../notice/answer-link.ts";
import { post } from "../../notice/deliver/post.ts";
import type { Alert } from "./alerts.ts";

/** Where alerts go. URLs are secrets: they are never shown. */
export interface AlertTargets {
  /** An incoming webhook of Slack, or null. */
  readonly slack: string | null;
  /** Gets `{"type":"shadow.alert",…}`, or null. */
  readonly webhook: string | null;
  /** Signs webhooks after Standard Webhooks; null leaves them unsigned. */
  readonly secret: string | null;
}

export interface AlertSender {
  /** Gives why it did not arrive, for a person, or null. An answer that was lost counts as arrived: nothing is told twice. */
  send(alert: Alert, now: Date): Promise<string | null>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

export function alertSender(targets: AlertTargets): AlertSender {
  const dispatcher = new Agent({ connect: { timeout: TIMEOUT_MS }, pipelining: 1 });
  const postTo = async (
    url: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<string | null> => {
    const answer = await post({ url, headers, body, dispatcher, timeoutMs: TIMEOUT_MS }, () => {});
    if ("delivery" in answer)
      return answer.delivery.kind === "refused" ? answer.delivery.error : null;
    return answer.status >= 200 && answer.status < 300 ? null : `HTTP ${answer.status}`;
  };
  /** Where each alert has arrived: one that is tried again for the sake of one place is not told twice in the other. */
  const arrived = new WeakMap<Alert, Set<string>>();
  const toSlack = (url: string, { text }: Alert): Promise<string | null> =>
    postTo(
      url,
      { "content-type": "application/json; charset=utf-8" },
      JSON.stringify({ text: `shadowdiff: ${forSlack(text)}` }),
    );
  const toWebhook = (url: string, alert: Alert, now: Date): Promise<string | null> => {
    const body = JSON.stringify({
      type: "shadow.alert",
      timestamp: now.toISOString(),
      data: alert,
    });
    const id = `msg_${randomUUID()}`;
    const timestamp = String(Math.floor(now.getTime() / 1_000));
    const signature =
      targets.secret === null
        ? {}
        : { "webhook-signature": signed(targets.secret, `${id}.${timestamp}.${body}`) };
    return postTo(
      url,
      {
        "content-type": "application/json",
        "user-agent": "shadowdiff",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        ...signature,
      },
      body,
    );
  };
  return {
    async send(alert, now) {
      const done = arrived.get(alert) ?? new Set();
      arrived.set(alert, done);
      const once = async (name: string, sending: () => Promise<string | null>) => {
        const problem = done.has(name) ? null : await sending();
        if (problem === null) done.add(name);
        return problem;
      };
      const { slack, webhook } = targets;
      const problems = await Promise.all([
        slack === null ? null : once("slack", () => toSlack(slack, alert)),
        webhook === null ? null : once("webhook", () => toWebhook(webhook, alert, now)),
      ]);
      return problems.find((problem) => problem !== null) ?? null;
    },
    close: () => dispatcher.close(),
  };
}

function signed(secret: string, text: string): string {
  const key = derivedSecret(secret, "webhook\0alerts");
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
}

/** Slack reads `<…>` as links and `&` as entities; a name from traffic is neither. */
function forSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
