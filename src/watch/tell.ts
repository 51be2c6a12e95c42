import { createHash } from "node:crypto";
import { escapedHtml } from "../page.ts";
import { messageOf } from "../errors.ts";
import type { Message, Transport } from "../notice/deliver/transport.ts";
import { oneLine } from "../notice/formats/visible.ts";
import type { Delivering, WatchStore } from "./store.ts";
import type { WatchEvent } from "./triage/event.ts";
import { wordsOf, type EventWords } from "./triage/words.ts";

export interface Told {
  readonly delivered: number;
  /** `slack #ops: no webhook …`, a line each. */
  readonly problems: readonly string[];
}

/** Sends what waits, each to each place once; a message whose answer was lost is not sent again. */
export async function tellWaiting(
  store: WatchStore,
  transports: readonly Transport[],
  now: () => Date,
): Promise<Told> {
  let delivered = 0;
  const problems = store
    .takeLost()
    .map(({ event, channel, address }) => `${channel} ${address}: ${lostWords(store, event)}`);
  for (const row of store.waiting()) {
    const stored = store.event(row.event);
    const transport = transports.find(({ channel }) => channel === row.channel);
    if (stored === null || transport === undefined) continue;
    const missing = transport.unavailable("team", row.address);
    if (missing !== null) {
      problems.push(`${row.channel} ${row.address}: ${missing}`);
      continue;
    }
    const problem = await deliver(messageFor(row, stored.event as WatchEvent, stored.at), {
      row,
      transport,
      store,
      now,
    });
    if (problem === null) delivered += 1;
    else if (problem !== TAKEN) problems.push(`${row.channel}: ${problem}`);
  }
  return { delivered, problems: [...new Set(problems)] };
}

/** Another process on the same file sends this one. */
const TAKEN = "taken by another process";

function lostWords(store: WatchStore, key: string): string {
  const stored = store.event(key);
  const subject = stored === null ? key : wordsOf(stored.event as WatchEvent).subject;
  return `it is not known whether “${subject}” arrived: the program ended while it was sent, and it is not sent again`;
}

async function deliver(
  message: Message,
  {
    row,
    transport,
    store,
    now,
  }: { row: Delivering; transport: Transport; store: WatchStore; now: () => Date },
): Promise<string | null> {
  let began = false;
  let taken = false;
  try {
    const delivery = await transport.deliver(message, () => {
      taken = !store.transmitting(row);
      // Thrown before the first byte, so that nothing leaves.
      if (taken) throw new Error(TAKEN);
      began = true;
    });
    if (taken) return TAKEN;
    if (delivery.kind === "delivered") {
      store.settle(row, "delivered", { error: null, now: now() });
      return null;
    }
    const lost = delivery.kind === "in-doubt" && !transport.idempotent;
    const final = delivery.kind === "refused" && delivery.final;
    const state = lost ? "in-doubt" : final ? "failed" : "again";
    const { error } = delivery;
    return store.settle(row, state, { error, now: now() }) ? `${error} (given up)` : error;
  } catch (thrown) {
    if (taken) return TAKEN;
    const error = oneLine(messageOf(thrown));
    store.settle(row, began ? "in-doubt" : "again", { error, now: now() });
    return error;
  }
}

function messageFor(row: Delivering, event: WatchEvent, at: string): Message {
  const words = wordsOf(event);
  return {
    // Of the whole key: a node's own words alone are longer than many an id may be.
    id: `watch-${createHash("sha256").update(row.event).digest("base64url")}`,
    address: row.address,
    name: "shadowdiff watch",
    account: "team",
    approvedAt: at,
    type: `watch.${event.kind}`,
    rendered: {
      subject: words.subject,
      text: `${words.subject}\n\n${words.lines.join("\n")}\n`,
      email: `<!doctype html><p><strong>${escapedHtml(words.subject)}</strong></p><p>${words.lines.map(escapedHtml).join("<br>")}</p>`,
      slack: slackOf(words),
      webhook: JSON.stringify({ ...event, words }),
    },
  };
}

function mark(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Slack takes 3,000 characters a block; its three marks are the only ones that it wants escaped. */
function slackOf({ subject, lines }: EventWords): string {
  const text = lines.map(mark).join("\n").slice(0, 2_900);
  return JSON.stringify({
    text: mark(subject),
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: `*${mark(subject)}*` } },
      { type: "section", text: { type: "mrkdwn", text: text === "" ? " " : text, verbatim: true } },
    ],
  });
}
