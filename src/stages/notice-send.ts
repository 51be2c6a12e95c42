import { emailTransport } from "../notice/deliver/email.ts";
import { slackTransport } from "../notice/deliver/slack.ts";
import type { Transport } from "../notice/deliver/transport.ts";
import { webhookTransport } from "../notice/deliver/webhook.ts";
import { noticeSecret } from "../notice/keys.ts";
import { RETRIES_MS, sendNotices } from "../notice/send.ts";
import type { SendResult } from "../notice/send.ts";
import { usageError } from "../errors.ts";
import { lockSending } from "../notice/store/lock.ts";
import { openOutbox } from "../notice/store/outbox.ts";
import { openStore } from "../notice/store/store.ts";
import type { NoticeStore } from "../notice/store/store.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface SendRequest {
  /** The notices file. */
  readonly file: string;
  readonly env: Environment;
  readonly templates: string | null;
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  readonly waitMs: number;
  /** Message ids in doubt that a person saw delivered, or wants sent again. */
  readonly settle: { readonly delivered: readonly string[]; readonly resend: readonly string[] };
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** Sends what is approved in a notices file, with servers and secrets from the environment. */
export async function sendApproved(request: SendRequest): Promise<SendResult> {
  const { file, templates, waitMs, now, signal, progress } = request;
  using store = openStore(file, { create: false });
  using _lock = lockSending(file);
  settleDoubts(store, request);
  return await sendNotices({
    store,
    transports: transportsFrom(request),
    templates,
    retriesMs: RETRIES_MS,
    waitMs,
    now,
    signal,
    progress,
  });
}

/** The three ways to send, as the environment sets them up. */
export function transportsFrom(
  request: Pick<SendRequest, "env" | "allowPrivate" | "timeoutMs" | "now">,
): Transport[] {
  const { env, allowPrivate, timeoutMs, now } = request;
  const secret = noticeSecret(env);
  return [
    emailTransport({
      url: env["SHADOWDIFF_SMTP_URL"],
      from: env["SHADOWDIFF_MAIL_FROM"],
      timeoutMs,
    }),
    slackTransport({ env, timeoutMs }),
    webhookTransport({ secret, allowPrivate, timeoutMs, now }),
  ];
}

function settleDoubts(store: NoticeStore, { settle, now }: SendRequest): void {
  const outbox = openOutbox(store);
  const open = new Map(
    [...outbox.byState("in-doubt"), ...outbox.byState("failed")].map((row) => [row.id, row]),
  );
  for (const [ids, state] of [
    [settle.delivered, "delivered"],
    [settle.resend, "waiting"],
  ] as const) {
    for (const id of ids) {
      const row = open.get(id);
      if (row === undefined)
        throw usageError(
          `No message ${id} is in doubt or failed; \`shadowdiff notice status\` lists them.`,
        );
      outbox.settle(
        row,
        state,
        state === "delivered" ? "delivered" : "resumed",
        { by: "a person", nextAt: 0 },
        now(),
      );
    }
  }
}
