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
): Promise<Told> {
  let delivered = 0;
  const problems: string[] = [];
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
    });
    if (problem === null) delivered += 1;
    else problems.push(`${row.channel}: ${problem}`);
  }
  return { delivered, problems: [...new Set(problems)] };
}

async function deliver(
  message: Message,
  { row, transport, store }: { row: Delivering; transport: Transport; store: WatchStore },
): Promise<string | null> {
  let began = false;
  try {
    const delivery = await transport.deliver(message, () => {
      store.transmitting(row);
      began = true;
    });
    if (delivery.kind === "delivered") {
      store.settle(row, "delivered", null);
      return null;
    }
    const lost = delivery.kind === "in-doubt" && !transport.idempotent;
    const final = delivery.kind === "refused" && delivery.final;
    store.settle(row, lost ? "in-doubt" : final ? "failed" : "again", delivery.error);
    return delivery.error;
  } catch (error) {
    store.settle(row, began ? "in-doubt" : "again", oneLine(messageOf(error)));
    return oneLine(messageOf(error));
  }
}

function messageFor(row: Delivering, event: WatchEvent, at: string): Message {
  const words = wordsOf(event);
  return {
    id: `watch-${Buffer.from(row.event).toString("base64url").slice(0, 60)}`,
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
