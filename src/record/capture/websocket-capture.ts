import type { LargeBody } from "../../recording/batch.ts";
import type { CaptureMemory } from "./body-collector.ts";
import type { CaptureSink, DropReason } from "./captured.ts";
import type { HttpHead } from "../../wire/http-head.ts";
import { identify } from "../../wire/websocket-message.ts";
import { WebSocketReader } from "../../wire/websocket-reader.ts";
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
}

type Side = "client" | "server";

/** Requests that a connection leaves without an answer before the oldest is given up. */
const MOST_UNANSWERED = 10_000;
const NO_HEADERS: HttpHead = {
  verb: "",
  path: "",
  status: 101,
  headers: [],
  contentLength: undefined,
  chunked: false,
  upgrade: "",
  contentEncoding: "",
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
  private readonly sink: CaptureSink;
  private readonly memory: CaptureMemory;
  private readonly handshake: Handshake;

  constructor(
    sink: CaptureSink,
    limits: { readonly maxBodyBytes: number; readonly memory: CaptureMemory },
    handshake: Handshake,
  ) {
    this.sink = sink;
    this.memory = limits.memory;
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
            client: new MessageInflater(agreed.clientKeepsContext, limits.maxBodyBytes),
            server: new MessageInflater(agreed.serverKeepsContext, limits.maxBodyBytes),
          };
    const reader = (side: Side): WebSocketReader =>
      new WebSocketReader(limits.maxBodyBytes, {
        message: (payload, compressed) => this.message(side, payload, compressed),
        tooLarge: () => this.lost("message-too-large"),
        broken: () => this.lost("unparsable"),
      });
    this.readers = { client: reader("client"), server: reader("server") };
  }

  fromClient(bytes: Buffer): void {
    this.readers.client.feed(bytes);
  }

  fromServer(bytes: Buffer): void {
    this.readers.server.feed(bytes);
  }

  closed(): void {
    void this.order.then(() => {
      for (const asked of this.asked.values()) this.settle(asked, null, false);
      this.asked.clear();
      this.inflaters?.client.close();
      this.inflaters?.server.close();
    });
  }

  private message(side: Side, payload: Buffer, compressed: boolean): void {
    if (this.off !== null) {
      if (side === "client") this.lost(this.off);
      return;
    }
    const at = this.sink.now();
    const startMs = this.sink.clock();
    const inflater = this.inflaters?.[side];
    if (inflater === undefined) {
      this.handle(side, payload, at, startMs);
      return;
    }
    if (this.memory.bytes + payload.length > this.memory.limitBytes) {
      this.lost("too-many-in-flight");
      return;
    }
    this.memory.bytes += payload.length;
    this.sink.working(1);
    this.order = this.order
      .then(async () => (compressed && this.off === null ? inflater.inflate(payload) : payload))
      .then((plain) => {
        if (this.off === null) this.handle(side, plain, at, startMs);
        else if (side === "client") this.lost(this.off);
      })
      .catch((error: unknown) => this.stop(isTooLarge(error) ? "message-too-large" : "undecodable"))
      .finally(() => {
        this.memory.bytes -= payload.length;
        this.sink.working(-1);
      });
  }

  private handle(side: Side, body: Buffer, at: number, startMs: number): void {
    const { key, isAnswer } = identify(body, side);
    if (side === "client") {
      const asked: Asked = { id: this.sink.arrive(), at, startMs, body };
      if (key === null) this.settle(asked, null, false);
      else this.ask(key, asked);
      return;
    }
    const asked = isAnswer && key !== null ? this.asked.get(key) : undefined;
    if (asked === undefined || key === null) {
      this.settle({ id: this.sink.arrive(), at, startMs, body }, null, true);
      return;
    }
    this.asked.delete(key);
    this.settle(asked, body, false);
  }

  private ask(key: string, asked: Asked): void {
    const same = this.asked.get(key);
    // An id used again before its answer came: the first one can't be told apart any more.
    if (same !== undefined) this.settle(same, null, false);
    this.asked.delete(key);
    this.asked.set(key, asked);
    if (this.asked.size <= MOST_UNANSWERED) return;
    const oldest = this.asked.entries().next();
    if (oldest.done) return;
    this.asked.delete(oldest.value[0]);
    this.settle(oldest.value[1], null, false);
  }

  private settle(asked: Asked, answer: Buffer | null, isEvent: boolean): void {
    const large: LargeBody[] = [];
    this.sink.settle({
      id: asked.id,
      at: asked.at,
      durationMs: answer === null ? null : this.sink.clock() - asked.startMs,
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

  /** What follows can't be read, as it is compressed with what was lost; and answers may have been in it. */
  private stop(reason: DropReason): void {
    this.lost(reason);
    this.off = reason;
    for (const _ of this.asked) this.sink.drop(reason);
    this.asked.clear();
  }

  private lost(reason: DropReason): void {
    this.sink.arrive();
    this.sink.drop(reason);
  }
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
