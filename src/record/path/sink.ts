import { createServer } from "node:net";
import type { Socket } from "node:net";
import { headParser } from "../../wire/http-head.ts";
import { framingOf, HttpReader } from "../../wire/http-reader.ts";
import type { PipeObserver } from "./pipe.ts";
import type { Proxy } from "./proxy.ts";

const ACCEPTED = Buffer.from("HTTP/1.1 204 No Content\r\n\r\n");
const REFUSED = Buffer.from(
  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
);
const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

const parse = headParser("request");

/** A request that was begun and goes on for so long, or of which nothing comes for so long, is no mirror's. */
export interface SinkLimits {
  readonly requestMs: number;
  readonly silentMs: number;
}

const LIMITS: SinkLimits = { requestMs: 300_000, silentMs: 60_000 };
/** After a refusal: for it to arrive. */
const LINGER_MS = 1_000;

/**
 * Takes the copies that a mirror sends. Each is answered 204 as soon as it has passed: nginx holds the client's next request
 * until its mirror has answered. A mirror that does not read its answers is not read either.
 */
export function createSink(
  observe: () => PipeObserver | undefined,
  limits: SinkLimits = LIMITS,
): Proxy {
  const connections = new Map<Socket, MirrorConnection>();
  const server = createServer({ noDelay: true }, (socket) => {
    const observer = observe();
    socket.once("close", () => {
      connections.delete(socket);
      observer?.closed();
    });
    socket.on("error", () => {});
    const mirror = new MirrorConnection(socket);
    connections.set(socket, mirror);
    socket.on("drain", () => socket.resume());
    socket.on("data", (bytes) => {
      if (mirror.isOver) return;
      observer?.fromClient(bytes);
      mirror.feed(bytes);
    });
  });
  const watch = setInterval(
    () => {
      const now = performance.now();
      for (const [socket, mirror] of connections) if (mirror.isLate(now, limits)) socket.destroy();
    },
    Math.min(limits.silentMs, 10_000),
  );
  watch.unref();
  server.once("close", () => clearInterval(watch));
  // A mirror's copies are answered at once: nothing is ever under way.
  const closeAll = (): void => {
    for (const socket of connections.keys()) socket.destroySoon();
  };
  return {
    server,
    connections: () => connections.size,
    drain: () => {},
    closeQuiet: closeAll,
    closeAll,
  };
}

/** Finds where each request ends, and answers it. It keeps no bodies: what is in them is the capture's to read. */
class MirrorConnection {
  /** Nothing of what still comes is read. */
  isOver = false;
  private readonly socket: Socket;
  private readonly reader: HttpReader;
  private closes = false;
  /** When the request that is under way began; null between two. */
  private begunAt: number | null = null;
  private lastAt = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    this.reader = new HttpReader(parse, {
      head: (head) => {
        this.closes = head.closes;
        if (head.headers.some(isExpectation)) this.answer(CONTINUE);
        return framingOf(head, "none");
      },
      body: () => {},
      end: () => {
        this.begunAt = null;
        this.answer(ACCEPTED);
        if (this.closes) this.end();
      },
      tunnel: () => {},
      broken: () => {
        this.answer(REFUSED);
        this.end();
      },
    });
  }

  feed(bytes: Buffer): void {
    this.lastAt = performance.now();
    this.begunAt ??= this.lastAt;
    this.reader.feed(bytes);
    if (this.reader.isBetween) this.begunAt = null;
    else this.begunAt ??= this.lastAt;
  }

  isLate(now: number, { requestMs, silentMs }: SinkLimits): boolean {
    const { begunAt, lastAt } = this;
    return begunAt !== null && (now - begunAt > requestMs || now - lastAt > silentMs);
  }

  private answer(bytes: Buffer): void {
    if (this.isOver) return;
    if (this.socket.writable && !this.socket.write(bytes)) this.socket.pause();
  }

  /** Who goes on sending after that is not listened to for long. */
  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    const { socket } = this;
    socket.end();
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }
}

function isExpectation([name, value]: readonly [string, string]): boolean {
  return name.toLowerCase() === "expect" && /100-continue/i.test(value);
}
