import type { LargeBody } from "../../recording/batch.ts";
import type { HttpHead } from "../../wire/http-head.ts";
import { identify } from "../../wire/websocket-message.ts";
import type { MessageIdentity } from "../../wire/websocket-message.ts";
import { WebSocketReader } from "../../wire/websocket-reader.ts";
import type { CaptureSink, DropReason } from "./captured.ts";
import type { ConnectionMemory } from "./memory.ts";
import { agreedCompression, isTooLarge, MessageInflater } from "./websocket-inflate.ts";

interface Handshake {
  readonly connection: number;
  readonly requestHead: HttpHead;
  readonly responseHead: HttpHead;
}

interface Asked {
  readonly id: number;
  readonly at: number;
  readonly startMs: number;
  readonly body: Buffer;
  readonly keys: readonly string[];
  readonly isBatch: boolean;
}

type Side = "client" | "server";

/** Requests that a connection leaves without an answer before the oldest is given up. */
const MOST_UNANSWERED = 10_000;
/** What a request costs beside its body, each of its ids, and a direction's inflating (its window and zlib's own). */
const ASKED_BYTES = 500;
const KEY_BYTES = 150;
const INFLATER_BYTES = 48 * 1024;
const NO_HEADERS: HttpHead = {
  verb: "",
  path: "",
  status: 101,
  headers: [],
  contentLength: undefined,
  chunked: false,
  upgrade: "",
  contentEncoding: "",
  closes: false,
  doubt: null,
};

/** Pairs the JSON-RPC requests and answers of one WebSocket by their ids; what nobody asked for is an event. */
export class WebSocketCapture {
  private readonly asked = new Map<string, Asked>();
  private readonly readers: Record<Side, WebSocketReader>;
  private readonly inflaters: Record<Side, MessageInflater> | null;
  /** Inflating takes turns of the event loop; messages of both sides must still be handled in the order they came. */
  private order: Promise<void> = Promise.resolve();
  /** Why this WebSocket is not recorded any more, or null; its requests are still counted. */
  private off: DropReason | null = null;
  private readersHold = 0;
  private readonly sink: CaptureSink;
  private readonly memory: ConnectionMemory;
  private readonly handshake: Handshake;

  constructor(
    sink: CaptureSink,
    maxBodyBytes: number,
    memory: ConnectionMemory,
    handshake: Handshake,
  ) {
    this.sink = sink;
    this.memory = memory;
    this.handshake = handshake;
    const extensions = handshake.responseHead.headers
      .filter(([name]) => name.toLowerCase() === "sec-websocket-extensions")
      .map(([, value]) => value)
      .join(",");
    const agreed = agreedCompression(extensions);
    this.inflaters =
      agreed === null
        ? null
        : {
            client: new MessageInflater(agreed.clientKeepsContext, maxBodyBytes),
            server: new MessageInflater(agreed.serverKeepsContext, maxBodyBytes),
          };
    if (agreed !== null) memory.add(2 * INFLATER_BYTES);
    const reader = (side: Side): WebSocketReader =>
      new WebSocketReader(maxBodyBytes, {
        message: (payload, compressed) => this.message(side, payload, compressed),
        tooLarge: (_bytes, compressed) => this.tooLarge(side, compressed),
        broken: () => {
          if (this.off === null) this.lost("unparsable");
          this.stop("unparsable");
        },
      });
    this.readers = { client: reader("client"), server: reader("server") };
  }

  /** Whether every request was answered; null where that can't be told. */
  get isIdle(): boolean | null {
    return this.off === null ? this.asked.size === 0 : null;
  }

  fromClient(bytes: Buffer): void {
    this.readers.client.feed(bytes);
    this.account();
  }

  fromServer(bytes: Buffer): void {
    this.readers.server.feed(bytes);
    this.account();
  }

  closed(): void {
    this.inOrder(() => {
      for (const asked of new Set(this.asked.values())) this.settle(asked, null, false);
      this.end();
    });
  }

  /** What follows can't be read any more; what is unanswered will stay so. */
  stop(reason: DropReason): void {
    if (this.off !== null) return;
    this.off = reason;
    for (const asked of new Set(this.asked.values())) {
      this.forget(asked);
      this.sink.drop(reason);
    }
    this.readers.server.forget();
    this.account();
  }

  private end(): void {
    this.off ??= "shutdown";
    this.readers.client.forget();
    this.readers.server.forget();
    this.account();
    if (this.inflaters === null) return;
    this.inflaters.client.close();
    this.inflaters.server.close();
    this.memory.add(-2 * INFLATER_BYTES);
  }

  private account(): void {
    const holds = this.readers.client.heldBytes + this.readers.server.heldBytes;
    this.memory.add(holds - this.readersHold);
    this.readersHold = holds;
  }

  /** After what is being inflated; at once where nothing is. */
  private inOrder(work: () => void): void {
    if (this.inflaters === null) {
      work();
      return;
    }
    this.order = this.order.then(work).catch(() => this.stop("capture-error"));
    this.sink.working(this.order);
  }

  private tooLarge(side: Side, compressed: boolean): void {
    if (this.off !== null) {
      if (side === "client") this.lost(this.off);
      return;
    }
    this.lost("message-too-large");
    // Later messages are compressed with what was in this one.
    if (compressed) this.stop("message-too-large");
  }

  private message(side: Side, payload: Buffer, compressed: boolean): void {
    if (this.off !== null) {
      if (side === "client") this.lost(this.off);
      return;
    }
    const at = this.sink.now();
    const atMs = this.sink.clock();
    const inflater = this.inflaters?.[side];
    if (inflater === undefined) {
      this.handle(side, payload, at, atMs);
      return;
    }
    this.memory.add(payload.length);
    this.order = this.order
      .then(async () =>
        compressed && this.off === null ? await inflater.inflate(payload) : payload,
      )
      .then((plain) => {
        if (this.off === null) this.handle(side, plain, at, atMs);
        else if (side === "client") this.lost(this.off);
      })
      .catch((error: unknown) => {
        const reason = isTooLarge(error) ? "message-too-large" : "undecodable";
        this.lost(reason);
        this.stop(reason);
      })
      .finally(() => this.memory.add(-payload.length));
    this.sink.working(this.order);
  }

  private handle(side: Side, body: Buffer, at: number, atMs: number): void {
    const identity = identify(body, side);
    if (side === "client") {
      const { keys, isBatch } = identity;
      const asked = { id: this.sink.arrive(), at, startMs: atMs, body, keys, isBatch };
      if (keys.length === 0) this.settle(asked, null, false);
      else this.ask(asked);
      return;
    }
    const asked = identity.isAnswer ? this.askedFor(identity) : undefined;
    if (asked !== undefined) this.settle(asked, body, false, atMs);
    else {
      const event = { id: this.sink.arrive(), at, startMs: atMs, body, keys: [], isBatch: false };
      this.settle(event, null, true);
    }
  }

  /** The request that an answer is for: by any of its ids, or the only open one where an error names none. */
  private askedFor({ keys, isBatch, isError }: MessageIdentity): Asked | undefined {
    for (const key of keys) {
      const asked = this.asked.get(key);
      // A batch that is refused as a whole is answered by one error, with the id of its first call.
      if (asked !== undefined && (asked.isBatch === isBatch || isError)) return asked;
    }
    if (keys.length > 0 || !isError) return undefined;
    const [only, ...others] = new Set(this.asked.values());
    return others.length === 0 ? only : undefined;
  }

  private ask(asked: Asked): void {
    for (const key of asked.keys) {
      const same = this.asked.get(key);
      // An id used again before its answer came: the first one can't be told apart any more.
      if (same !== undefined) this.settle(same, null, false);
      this.asked.set(key, asked);
    }
    this.memory.add(costOf(asked));
    if (this.asked.size <= MOST_UNANSWERED) return;
    const [oldest] = this.asked.values();
    if (oldest !== undefined) this.settle(oldest, null, false);
  }

  private forget(asked: Asked): void {
    let known = false;
    for (const key of asked.keys) {
      if (this.asked.get(key) !== asked) continue;
      this.asked.delete(key);
      known = true;
    }
    if (known) this.memory.add(-costOf(asked));
  }

  private settle(asked: Asked, answer: Buffer | null, isEvent: boolean, answeredMs = 0): void {
    this.forget(asked);
    const large: LargeBody[] = [];
    this.sink.settle({
      id: asked.id,
      at: asked.at,
      durationMs: answer === null ? null : answeredMs - asked.startMs,
      transport: "websocket",
      connection: this.handshake.connection,
      requestHead: websocketRequestHead(this.handshake.requestHead),
      requestBody: isEvent ? null : asked.body,
      responseHead: answer === null && !isEvent ? null : NO_HEADERS,
      responseBody: isEvent ? asked.body : answer,
      large,
      incomplete: false,
      isEvent,
    });
  }

  private lost(reason: DropReason): void {
    this.sink.arrive();
    this.sink.drop(reason);
  }
}

function costOf(asked: Asked): number {
  return asked.body.length + ASKED_BYTES + KEY_BYTES * asked.keys.length;
}

const websocketHeads = new WeakMap<HttpHead, HttpHead>();

/** A message is stored as if it had been posted with the handshake's head. */
function websocketRequestHead(handshake: HttpHead): HttpHead {
  let head = websocketHeads.get(handshake);
  if (head === undefined) {
    head = { ...handshake, verb: "POST" };
    websocketHeads.set(handshake, head);
  }
  return head;
}
