import { BodyCollector } from "./body-collector.ts";
import type { CaptureSink, DropReason } from "./captured.ts";
import { headParser } from "../../wire/http-head.ts";
import type { HttpHead } from "../../wire/http-head.ts";
import { framingOf, HttpReader, UNREADABLE } from "../../wire/http-reader.ts";
import type { Framing } from "../../wire/http-reader.ts";
import { ConnectionMemory } from "./memory.ts";
import type { CaptureMemory } from "./memory.ts";
import { WebSocketCapture } from "./websocket-capture.ts";

/** One request on its way. */
interface Pending {
  readonly id: number;
  readonly at: number;
  readonly startMs: number;
  readonly head: HttpHead;
  readonly request: BodyCollector;
  requestDone: boolean;
  responseHead: HttpHead | null;
  response: BodyCollector | null;
  responseDone: boolean;
}

export interface CaptureLimits {
  readonly maxBodyBytes: number;
  readonly memory: CaptureMemory;
  /** False for a mirror's copies: they have no answers. */
  readonly answers: boolean;
}

/** What a connection and a request cost beside their bytes, roughly. */
const CONNECTION_BYTES = 4_096;
const PENDING_BYTES = 1_024;
/** How a client's next request begins, on a connection that was not read for a while. */
const REQUEST_LINE = /^[A-Z]{3,10} [!-~]+ HTTP\/1\.[01]\r\n/;
const LONGEST_REQUEST_LINE = 2_048;

/** A client that pipelines more than this without reading is not going to be recorded. */
const MOST_PENDING = 1_000;

const STRICT = { strict: true };
const parseRequest = headParser("request");
const parseResponse = headParser("response");

/** Reads both directions of one connection as bytes pass, and hands over each exchange. Never throws, never delays. */
export class ConnectionCapture {
  /** Answers come in the order of the requests; the first is the one being answered. */
  private readonly awaiting: Pending[] = [];
  private reading: Pending | undefined;
  /** Why this connection is not recorded any more, or null; its requests are still counted. */
  private off: DropReason | null = null;
  private webSocket: WebSocketCapture | undefined;
  /** The client has said that it asks nothing more on this connection. */
  private isLast = false;
  /** The request that asked for another protocol, until its answer comes. */
  private upgrading: Pending | undefined;
  /** Whether it is known where in the conversation we are. */
  private isSynced: boolean;
  private lastFromServer = false;
  /** Why bytes were missed before the place where it reads on. */
  private missedWhy: DropReason = "capture-restarted";
  private isCountedUnread = false;
  private readersHold = 0;
  /** What a reader can be told only once it has come back from the step that it is in. */
  private readonly later: (() => void)[] = [];
  private readonly memory: ConnectionMemory;
  private readonly requests: HttpReader;
  private readonly responses: HttpReader;
  private readonly sink: CaptureSink;
  private readonly limits: CaptureLimits;
  private readonly connection: number;

  /** `fresh`: from its first byte on; else it is read from the next request that surely is one. */
  constructor(sink: CaptureSink, limits: CaptureLimits, connection: number, fresh = true) {
    this.sink = sink;
    this.limits = limits;
    this.connection = connection;
    this.isSynced = fresh;
    this.memory = new ConnectionMemory(limits.memory);
    this.memory.add(CONNECTION_BYTES);
    this.requests = new HttpReader(
      parseRequest,
      {
        head: (head) => this.requestHead(head),
        body: (bytes) => this.reading?.request.add(bytes),
        end: () => this.requestEnd(),
        tunnel: (bytes) => this.webSocket?.fromClient(bytes),
        broken: () => this.broken("unparsable", true),
      },
      STRICT,
    );
    this.responses = new HttpReader(
      parseResponse,
      {
        head: (head) => this.responseHead(head),
        body: (bytes) => this.awaiting[0]?.response?.add(bytes),
        end: () => this.responseEnd(),
        tunnel: (bytes) => this.webSocket?.fromServer(bytes),
        broken: () => this.broken("unparsable", false),
      },
      STRICT,
    );
  }

  fromClient(bytes: Buffer): void {
    if (this.isBlind && !this.syncs(bytes)) {
      this.missed(bytes);
      return;
    }
    this.lastFromServer = false;
    this.guard(() => this.requests.feed(bytes));
    this.account();
  }

  fromServer(bytes: Buffer): void {
    this.lastFromServer = true;
    if (this.isBlind) this.missed(bytes);
    if (this.off !== null || !this.isSynced) return;
    this.guard(() => this.responses.feed(bytes));
    this.account();
  }

  /** Whether something is under way on it; null where that can't be told. */
  isIdle(): boolean | null {
    if (this.isBlind || this.off !== null) return null;
    if (this.webSocket !== undefined) return this.webSocket.isIdle;
    return this.awaiting.length === 0 && this.requests.isBetween;
  }

  /** What passes can't be told apart into exchanges: it is counted by its bytes. */
  private get isBlind(): boolean {
    return !this.isSynced || this.requests.isBroken;
  }

  private missed(bytes: Buffer): void {
    const reason = this.off ?? this.missedWhy;
    // Whoever made it miss the first bytes has counted the connection.
    const isNew = this.off !== null && !this.isCountedUnread;
    this.isCountedUnread = true;
    this.sink.unread(reason, isNew ? 1 : 0, bytes.length);
  }

  /** The upstream ended its side: an answer that lasts until then is whole. */
  serverEnded(): void {
    if (this.isSynced) this.guard(() => void this.responses.finish());
  }

  /** Bytes were missed: what is under way can't be told any more, what follows is read from the next request on. */
  interrupted(reason: DropReason): void {
    this.guard(() => {
      this.webSocket?.stop(reason);
      this.drop(this.takeOpen(), reason);
      // Nobody can tell where in a WebSocket's frames it goes on.
      if (this.webSocket !== undefined) this.off ??= reason;
      this.requests.restart();
      this.responses.restart();
      this.isSynced = false;
      this.missedWhy = reason;
      this.isCountedUnread = true;
      this.lastFromServer = false;
    });
    this.account();
  }

  /** The connection is gone: what is still under way stays incomplete. */
  closed(): void {
    this.guard(() => {
      this.off = "capture-error";
      this.webSocket?.closed();
      for (const pending of this.takeOpen()) this.settle(pending, true);
    });
    this.requests.forget();
    this.responses.forget();
    this.account();
    this.memory.add(-CONNECTION_BYTES);
  }

  /** A bug in here must never reach the traffic. */
  private guard(work: () => void): void {
    try {
      work();
      for (let next = this.later.shift(); next !== undefined; next = this.later.shift()) next();
    } catch {
      this.broken("capture-error", false);
    }
  }

  /** Bytes held for it. */
  get heldBytes(): number {
    return this.memory.bytes;
  }

  /** All connections together hold too much, and this one much of it: it is not recorded any more. */
  giveUp(): void {
    this.broken("too-many-in-flight", false);
    this.requests.forget();
    this.webSocket?.stop("too-many-in-flight");
    this.account();
  }

  private account(): void {
    const holds = this.requests.heldBytes + this.responses.heldBytes;
    this.memory.add(holds - this.readersHold);
    this.readersHold = holds;
  }

  private syncs(bytes: Buffer): boolean {
    if (this.requests.isBroken) return false;
    this.isSynced =
      this.lastFromServer &&
      this.webSocket === undefined &&
      REQUEST_LINE.test(bytes.toString("latin1", 0, LONGEST_REQUEST_LINE));
    this.lastFromServer = false;
    return this.isSynced;
  }

  private requestHead(head: HttpHead): Framing {
    // Some read a request behind the one that was to be the last, others do not.
    if (head.doubt !== null || this.isLast) return this.doubtful();
    this.isLast = head.closes;
    if (this.off === null) this.begin(head);
    else {
      this.sink.arrive();
      this.sink.drop(this.off);
    }
    const framing = framingOf(head, "none");
    if (!this.limits.answers || head.upgrade === "") return framing;
    this.upgrading = this.reading;
    return { ...framing, after: "upgrade" };
  }

  /** What another parser may read in another way is not read on. */
  private doubtful(): Framing {
    this.broken("unparsable", true);
    return UNREADABLE;
  }

  private begin(head: HttpHead): void {
    const pending: Pending = {
      id: this.sink.arrive(),
      at: this.sink.now(),
      startMs: this.sink.clock(),
      head,
      request: new BodyCollector(this.limits.maxBodyBytes, this.memory),
      requestDone: false,
      responseHead: null,
      response: null,
      responseDone: false,
    };
    this.memory.add(PENDING_BYTES);
    if (this.limits.answers) this.awaiting.push(pending);
    this.reading = pending;
    if (this.awaiting.length > MOST_PENDING) this.broken("too-many-in-flight", false);
  }

  private requestEnd(): void {
    const pending = this.reading;
    this.reading = undefined;
    if (pending === undefined) return;
    pending.requestDone = true;
    // Answered before its body was whole, as an early 413 does.
    if (!this.awaiting.includes(pending)) this.settle(pending, false);
  }

  private responseHead(head: HttpHead): Framing {
    const [pending] = this.awaiting;
    // One that nobody asked for, such as a 408 to an idle connection, or a 400 to half a head.
    if (pending === undefined || head.doubt !== null) {
      this.broken("unparsable", pending === undefined && !this.requests.isBetween);
      return { by: "close" };
    }
    if (head.status === 101) return this.upgraded(pending, head);
    // 100 Continue and 103 Early Hints come before the answer.
    if (head.status < 200) return { by: "none" };
    pending.responseHead = head;
    pending.response = new BodyCollector(this.limits.maxBodyBytes, this.memory);
    if (pending === this.upgrading) {
      this.upgrading = undefined;
      this.later.push(() => this.requests.decide(false));
    }
    const hasNone = pending.head.verb === "HEAD" || head.status === 204 || head.status === 304;
    return hasNone ? { by: "none" } : framingOf(head, "close");
  }

  private responseEnd(): void {
    const pending = this.awaiting[0];
    // The end of an interim answer, or of one that nobody asked for.
    if (pending === undefined || pending.responseHead === null) return;
    this.awaiting.shift();
    pending.responseDone = true;
    if (pending.requestDone) this.settle(pending, false);
  }

  private upgraded(pending: Pending, head: HttpHead): Framing {
    if (pending !== this.upgrading || pending.head.upgrade !== "websocket") {
      this.broken("unparsable", false);
      this.later.push(() => this.requests.forget());
      return { by: "close" };
    }
    this.awaiting.shift();
    this.upgrading = undefined;
    this.release(pending);
    // The handshake is no call; what follows holds them.
    this.sink.withdraw();
    this.webSocket = new WebSocketCapture(this.sink, this.limits.maxBodyBytes, this.memory, {
      connection: this.connection,
      requestHead: pending.head,
      responseHead: head,
    });
    this.later.push(() => {
      this.requests.decide(true);
      this.responses.decide(true);
    });
    return { by: "none", after: "upgrade" };
  }

  private broken(reason: DropReason, isRequest: boolean): void {
    if (this.off !== null) return;
    this.off = reason;
    if (isRequest && this.reading === undefined) {
      // Bytes that never became a request still are something that was seen and not kept.
      this.sink.arrive();
      this.sink.drop(reason);
    }
    this.drop(this.takeOpen(), reason);
    this.responses.forget();
  }

  private drop(open: Iterable<Pending>, reason: DropReason): void {
    for (const pending of open) {
      this.release(pending);
      this.sink.drop(reason);
    }
  }

  private release(pending: Pending): void {
    pending.request.release();
    pending.response?.release();
    this.memory.add(-PENDING_BYTES);
  }

  /** Those not handed over yet: not answered, or answered before their body was whole. */
  private takeOpen(): Set<Pending> {
    const open = new Set(this.awaiting.splice(0));
    if (this.reading !== undefined) open.add(this.reading);
    this.reading = undefined;
    return open;
  }

  private settle(pending: Pending, cut: boolean): void {
    const { request, response, responseHead } = pending;
    const requestWhole = pending.requestDone;
    // An answer that came before the request was whole (an early 413) says something all the same.
    const responseWhole = responseHead !== null && (!cut || pending.responseDone);
    const large = [
      ...(requestWhole ? [request.large("request")] : []),
      ...(responseWhole ? [response?.large("response") ?? null] : []),
    ].filter((body) => body !== null);
    const isSound = this.sink.settle({
      id: pending.id,
      at: pending.at,
      durationMs: responseWhole ? this.sink.clock() - pending.startMs : null,
      transport: "http",
      connection: this.connection,
      requestHead: pending.head,
      requestBody: requestWhole && hasBody(pending.head) ? request.body() : null,
      responseHead: responseWhole ? responseHead : null,
      responseBody: responseWhole ? (response?.body() ?? null) : null,
      large,
      incomplete: !requestWhole || (this.limits.answers && !responseWhole),
      isEvent: false,
    });
    this.release(pending);
    if (!isSound) this.broken("desync", false);
  }
}

function hasBody(head: HttpHead): boolean {
  return head.chunked || head.contentLength !== undefined;
}
