import { setTimeout as sleep } from "node:timers/promises";
import { engineByLanguage } from "./formats/engine.ts";
import { approvalHash, renderNotice } from "./formats/render.ts";
import type { Rendered } from "./formats/render.ts";
import type { Notice } from "./compose/model.ts";
import { refused } from "./deliver/transport.ts";
import type { Delivery, Parcel, Transport } from "./deliver/transport.ts";
import { oneLine } from "./formats/visible.ts";
import { openOutbox } from "./store/outbox.ts";
import type { Outbox, OutboxRow } from "./store/outbox.ts";
import type { NoticeStore, StoredNotice } from "./store/store.ts";
import { messageOf } from "../errors.ts";

/** Waits before the second and later attempts, as Standard Webhooks advises: over three days in all. */
export const RETRIES_MS: readonly number[] = [
  5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
].map((seconds) => seconds * 1_000);
/** Deliveries under way at a time. */
const AT_ONCE = 6;

export interface SendInput {
  readonly store: NoticeStore;
  readonly transports: readonly Transport[];
  readonly templates: string | null;
  readonly retriesMs: readonly number[];
  /** How long this run waits for retries that are not due yet; later ones are for the next run. */
  readonly waitMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface SendResult {
  readonly delivered: number;
  readonly waiting: number;
  readonly failed: number;
  readonly inDoubt: number;
  /** Places that can't be sent to as things are set up, with why. */
  readonly unavailable: readonly string[];
  /** Accounts whose approved notice has another text now than when it was approved. */
  readonly changed: readonly string[];
}

/**
 * Sends what was approved, once each. Attempts that are known to have failed are tried again with growing waits; one whose
 * answer was lost is tried again only where the receiver knows it by its id. The caller holds the lock.
 */
export async function sendNotices(input: SendInput): Promise<SendResult> {
  const { store, transports, now, signal } = input;
  const outbox = openOutbox(store);
  const idempotent = transports.filter((transport) => transport.idempotent);
  outbox.recover(new Set(idempotent.map(({ channel }) => channel)), now());
  const texts = approvedTexts(store, input.templates);
  for (const notice of store.all()) if (notice.state === "approved") outbox.enqueue(notice, now());
  const skipped = new Map<string, string>();
  const changed = new Set<string>();
  const sender = { input, outbox, texts, skipped, changed };
  let delivered = 0;
  const until = now().getTime() + input.waitMs;
  // Bounded: a row that is tried waits longer each time and fails in the end; one that can't be tried is skipped.
  while (!signal.aborted) {
    const rows = outbox.byState("waiting").filter(({ id }) => !skipped.has(id));
    const due = rows.filter(({ nextAt }) => nextAt <= now().getTime());
    if (due.length > 0) {
      delivered += await sendAll(due, sender);
      continue;
    }
    const next = Math.min(...rows.map(({ nextAt }) => nextAt));
    if (next > until) break;
    await sleep(Math.max(10, next - now().getTime()), undefined, { signal }).catch(() => undefined);
  }
  for (const transport of transports) await transport.close();
  return {
    delivered,
    waiting: outbox.byState("waiting").length,
    failed: outbox.byState("failed").length,
    inDoubt: outbox.byState("in-doubt").length,
    unavailable: [...new Set(skipped.values())].filter((reason) => reason !== "").sort(),
    changed: [...changed].sort(),
  };
}

interface Sender {
  readonly input: SendInput;
  readonly outbox: Outbox;
  readonly texts: (id: number) => ApprovedText | null;
  /** Rows that this run leaves alone, with why. */
  readonly skipped: Map<string, string>;
  readonly changed: Set<string>;
}

/** Sends the rows, a few at a time; gives the number delivered. */
async function sendAll(rows: readonly OutboxRow[], sender: Sender): Promise<number> {
  const queue = rows.values();
  const { signal } = sender.input;
  let delivered = 0;
  const work = async (): Promise<void> => {
    for (const row of queue) {
      if (signal.aborted) return;
      if (await sendOne(row, sender)) delivered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return delivered;
}

async function sendOne(
  row: OutboxRow,
  { input, outbox, texts, skipped, changed }: Sender,
): Promise<boolean> {
  const transport = input.transports.find(({ channel }) => channel === row.channel);
  const text = texts(row.notice);
  if (text === null) {
    skipped.set(row.id, "");
    changed.add(input.store.byId(row.notice).account);
    return false;
  }
  const { stored, notice, rendered } = text;
  const missing =
    transport === undefined
      ? `no way to send by ${row.channel}`
      : transport.unavailable(stored.account, row.address);
  if (transport === undefined || missing !== null) {
    skipped.set(row.id, `${stored.account}: ${missing ?? ""}`);
    return false;
  }
  const parcel = {
    id: row.id,
    address: row.address,
    name: notice.name,
    account: stored.account,
    notice,
    rendered,
    approvedAt: stored.approvedAt ?? stored.createdAt,
  };
  const delivery = await attempt(transport, parcel, () => outbox.transmitting(row));
  record(row, delivery, transport.idempotent, { input, outbox });
  input.progress(`${delivery.kind} ${row.channel} ${stored.account}`);
  return delivery.kind === "delivered";
}

/** One attempt as a value: a fault of the transport itself must not stop the others, nor be taken for a refusal once bytes left. */
async function attempt(
  transport: Transport,
  parcel: Parcel,
  transmitting: () => void,
): Promise<Delivery> {
  let began = false;
  try {
    return await transport.deliver(parcel, () => {
      transmitting();
      began = true;
    });
  } catch (cause) {
    const error = oneLine(messageOf(cause));
    return began ? { kind: "in-doubt", error } : refused(error);
  }
}

function record(
  row: OutboxRow,
  delivery: Delivery,
  idempotent: boolean,
  { input, outbox }: Pick<Sender, "input" | "outbox">,
): void {
  const at = input.now();
  if (delivery.kind === "delivered") {
    outbox.settle(row, "delivered", "delivered", { detail: delivery.detail, tried: true }, at);
    return;
  }
  const { error } = delivery;
  if (delivery.kind === "in-doubt" && !idempotent) {
    outbox.settle(row, "in-doubt", "in-doubt", { error, tried: true }, at);
    return;
  }
  const pause = input.retriesMs[row.attempts];
  const final = delivery.kind === "refused" && delivery.final;
  if (final || pause === undefined) {
    outbox.settle(row, "failed", "failed", { error, tried: true }, at);
    return;
  }
  const asked = delivery.kind === "refused" ? (delivery.retryAfterMs ?? 0) : 0;
  outbox.settle(
    row,
    "waiting",
    "refused",
    { error, nextAt: at.getTime() + Math.max(pause, asked), tried: true },
    at,
  );
}

interface ApprovedText {
  readonly stored: StoredNotice;
  readonly notice: Notice;
  readonly rendered: Rendered;
}

/** Texts kept at hand: rows come in the order of their notices. */
const AT_HAND = 16;

/** The text of a notice, rendered anew, or null where it is not what was approved (a template or an address changed). */
function approvedTexts(
  store: NoticeStore,
  templates: string | null,
): (id: number) => ApprovedText | null {
  const engineOf = engineByLanguage(templates);
  const known = new Map<number, ApprovedText | null>();
  return (id) => {
    const ready = known.get(id);
    if (ready !== undefined) return ready;
    const stored = store.byId(id);
    const notice = store.model(id);
    const rendered = renderNotice(notice, engineOf(notice.language));
    const valid =
      (stored.state === "approved" || stored.state === "sent") &&
      approvalHash(rendered, store.places(id)) === stored.hash;
    const text = valid ? { stored, notice, rendered } : null;
    for (const old of known.keys()) if (known.size >= AT_HAND) known.delete(old);
    known.set(id, text);
    return text;
  };
}
