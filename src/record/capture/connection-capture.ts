import { BodyCollector } from "./body-collector.ts";
import type { CaptureMemory } from "./body-collector.ts";
import type { CaptureSink, DropReason } from "./captured.ts";
import { headParser } from "../../wire/http-head.ts";
import type { HttpHead } from "../../wire/http-head.ts";
import { HttpReader } from "../../wire/http-reader.ts";
import type { Framing } from "../../wire/http-reader.ts";
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
}

export interface CaptureLimits {
  readonly maxBodyBytes: number;
  readonly memory: CaptureMemory;
}

/** A client that pipelines more than this without reading is not going to be recorded. */
const MOST_PENDING = 1_000;

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
  private readonly requests: HttpReader;
  private readonly responses: HttpReader;
  private readonly sink: CaptureSink;
  private readonly limits: CaptureLimits;
  private readonly connection: number;

  constructor(sink: CaptureSink, limits: CaptureLimits, connection: number) {
    this.sink = sink;
    this.limits = limits;
    this.connection = connection;
    this.requests = new HttpReader(parseRequest, {
      head: (head) => this.requestHead(head),
      body: (bytes) => this.reading?.request.add(bytes),
      end: () => this.requestEnd(),
      tunnel: (bytes) => this.webSocket?.fromClient(bytes),
      broken: () => this.broken("unparsable", true),
    });
    this.responses = new HttpReader(parseResponse, {
      head: (head) => this.responseHead(head),
      body: (bytes) => this.awaiting[0]?.response?.add(bytes),
      end: () => this.responseEnd(),
      tunnel: (bytes) => this.webSocket?.fromServer(bytes),
      broken: () => this.broken("unparsable", false),
    });
  }

  fromClient(bytes: Buffer): void {
    this.guard(() => this.requests.feed(bytes));
  }

  fromServer(bytes: Buffer): void {
    if (this.off === null) this.guard(() => this.responses.feed(bytes));
  }

  /** The upstream ended its side: an answer that lasts until then is whole. */
  serverEnded(): void {
    this.guard(() => void this.responses.finish());
  }

  /** The connection is gone: what is still under way stays incomplete. */
  closed(): void {
    this.guard(() => {
      this.off = "capture-error";
      this.webSocket?.closed();
      for (const pending of this.takeOpen()) this.settle(pending, true);
    });
  }

  /** A bug in here must never reach the traffic. */
  private guard(work: () => void): void {
    try {
      work();
    } catch {
      this.broken("capture-error", false);
    }
  }

  private requestHead(head: HttpHead): Framing {
    if (this.off === null) this.begin(head);
    else {
      this.sink.arrive();
      this.sink.drop(this.off);
    }
    if (head.upgrade !== "" || head.verb === "CONNECT") return { by: "upgrade" };
    if (head.chunked) return { by: "chunks" };
    return head.contentLength === undefined
      ? { by: "none" }
      : { by: "length", bytes: head.contentLength };
  }

  private begin(head: HttpHead): void {
    const pending: Pending = {
      id: this.sink.arrive(),
      at: this.sink.now(),
      startMs: this.sink.clock(),
      head,
      request: new BodyCollector(this.limits.maxBodyBytes, this.limits.memory),
      requestDone: false,
      responseHead: null,
      response: null,
    };
    this.awaiting.push(pending);
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
    const pending = this.awaiting[0];
    if (pending === undefined) {
      // An answer that nobody asked for, such as a 408 to an idle connection.
      return bodyFraming(head);
    }
    if (head.status === 101) return this.upgraded(pending, head);
    // 100 Continue and 103 Early Hints come before the answer.
    if (head.status < 200) return { by: "none" };
    pending.responseHead = head;
    pending.response = new BodyCollector(this.limits.maxBodyBytes, this.limits.memory);
    const isTunnel = pending.head.verb === "CONNECT" && head.status < 300;
    this.decideLater(pending, isTunnel);
    if (isTunnel) return { by: "close" };
    const hasNone = pending.head.verb === "HEAD" || head.status === 204 || head.status === 304;
    return hasNone ? { by: "none" } : bodyFraming(head);
  }

  /** The request reader waits where a request asked for an upgrade: tell it once this step is over. */
  private decideLater(pending: Pending, agreed: boolean): void {
    if (
      pending === this.reading &&
      (pending.head.upgrade !== "" || pending.head.verb === "CONNECT")
    )
      queueMicrotask(() => this.guard(() => this.requests.decide(agreed)));
  }

  private responseEnd(): void {
    const pending = this.awaiting[0];
    // The end of an interim answer, or of one that nobody asked for.
    if (pending === undefined || pending.responseHead === null) return;
    this.awaiting.shift();
    if (pending.requestDone) this.settle(pending, false);
  }

  private upgraded(pending: Pending, head: HttpHead): Framing {
    this.awaiting.shift();
    this.reading = undefined;
    pending.request.release();
    if (pending.head.upgrade === "websocket") {
      // The handshake is no call; what follows holds them.
      this.sink.withdraw();
      this.webSocket = new WebSocketCapture(this.sink, this.limits, {
        connection: this.connection,
        requestHead: pending.head,
        responseHead: head,
      });
    } else this.sink.drop("unparsable");
    queueMicrotask(() => {
      this.guard(() => {
        this.requests.decide(true);
        this.responses.decide(true);
      });
    });
    return { by: "upgrade" };
  }

  private broken(reason: DropReason, isRequest: boolean): void {
    if (this.off !== null) return;
    this.off = reason;
    if (isRequest && this.reading === undefined && this.awaiting.length === 0) {
      // Bytes that never became a request still are something that was seen and not kept.
      this.sink.arrive();
      this.sink.drop(reason);
    }
    for (const pending of this.takeOpen()) {
      pending.request.release();
      pending.response?.release();
      this.sink.drop(reason);
    }
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
    const responseWhole = responseHead !== null && !cut;
    const large = [
      ...(requestWhole ? [request.large("request")] : []),
      ...(responseWhole ? [response?.large("response") ?? null] : []),
    ].filter((body) => body !== null);
    this.sink.settle({
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
      incomplete: !requestWhole || !responseWhole,
      isEvent: false,
    });
    request.release();
    response?.release();
  }
}

function hasBody(head: HttpHead): boolean {
  return head.chunked || head.contentLength !== undefined;
}

function bodyFraming(head: HttpHead): Framing {
  if (head.chunked) return { by: "chunks" };
  return head.contentLength === undefined
    ? { by: "close" }
    : { by: "length", bytes: head.contentLength };
}
