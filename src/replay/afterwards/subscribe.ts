import { WebSocket } from "ws";
import type { JsonValue } from "../../model/json.ts";
import type { Target } from "../../model/target.ts";

/** What one side sent of one subscription. */
export interface Feed {
  readonly events: JsonValue[];
  /** When each event came (ms of a clock that only goes forward), and the bytes of its message. */
  readonly came: { readonly at: number; readonly bytes: number }[];
  /** The answer to eth_subscribe was an error: its JSON text. */
  refused: string | null;
}

export interface Subscriber {
  /** One feed for each list of parameters that was asked for. */
  readonly feeds: readonly Feed[];
  /** Why the connection ended by itself, or null. */
  readonly closed: () => string | null;
  readonly pings: () => number;
  /** Forgets the events of all feeds that are not to be kept. */
  keep(isKept: (event: JsonValue) => boolean): void;
  close(): void;
}

/** A handshake takes milliseconds; a server that lets it hang takes no subscriptions. */
const OPEN_MS = 5_000;
/** Events of one feed past this are dropped: a test of 25 blocks needs far fewer. */
const MOST_EVENTS = 20_000;
/** A single event is a head or a log; more is no event. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
/** Bytes of a connection's events that may wait to be compared: past them it is ended, as what is left out would seem missing. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Opens one connection and subscribes to all; null when the target takes no WebSocket. */
export async function subscribe(
  target: Target,
  params: readonly JsonValue[],
): Promise<Subscriber | null> {
  const socket = new WebSocket(target.webSocketUrl, {
    headers: target.headers,
    handshakeTimeout: OPEN_MS,
    maxPayload: MAX_PAYLOAD_BYTES,
  });
  const feeds: Feed[] = params.map(() => ({ events: [], came: [], refused: null }));
  const byId = new Map<string, Feed>();
  let closed: string | null = null;
  let pings = 0;
  socket.on("ping", () => pings++);
  socket.on("close", (code) => {
    closed ??= `closed with code ${code}`;
  });
  let held = 0;
  socket.on("message", (data: Buffer) => {
    held += take(data, feeds, byId);
    if (held <= MOST_BYTES) return;
    closed ??= "more events than can be kept";
    socket.terminate();
  });
  const opened = await new Promise<boolean>((resolve) => {
    socket.once("open", () => resolve(true));
    socket.on("error", () => resolve(false));
  });
  if (!opened) return null;
  for (const [id, list] of params.entries()) {
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "eth_subscribe", params: list }));
  }
  return {
    feeds,
    closed: () => closed,
    pings: () => pings,
    keep(isKept) {
      held = 0;
      for (const { events, came } of feeds) {
        const kept = [...events.keys()].filter((index) => isKept(events[index] ?? null));
        const left = kept.map((index) => ({ event: events[index] ?? null, came: came[index] }));
        events.splice(0, events.length, ...left.map(({ event }) => event));
        came.splice(0, came.length, ...left.flatMap((own) => own.came ?? []));
        held += came.reduce((sum, { bytes }) => sum + bytes, 0);
      }
    },
    close() {
      closed ??= "ended by us";
      socket.terminate();
    },
  };
}

interface Message {
  readonly id?: unknown;
  readonly result?: JsonValue;
  readonly error?: JsonValue;
  readonly params?: { readonly subscription?: unknown; readonly result?: JsonValue };
}

/** Puts an event into its feed; gives the bytes that are kept of it. */
function take(data: Buffer, feeds: readonly Feed[], byId: Map<string, Feed>): number {
  let message: Message;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field is checked before it is used
    message = JSON.parse(data.toString()) as Message;
  } catch {
    return 0;
  }
  if (typeof message.id === "number") {
    const feed = feeds[message.id];
    if (feed === undefined) return 0;
    if (typeof message.result === "string") byId.set(message.result, feed);
    else feed.refused = JSON.stringify(message.error ?? null);
    return 0;
  }
  const { subscription, result } = message.params ?? {};
  const feed = typeof subscription === "string" ? byId.get(subscription) : undefined;
  if (feed === undefined || result === undefined || feed.events.length >= MOST_EVENTS) return 0;
  feed.events.push(result);
  feed.came.push({ at: performance.now(), bytes: data.length });
  return data.length;
}
