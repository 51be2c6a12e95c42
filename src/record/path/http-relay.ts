import { headParser } from "../../wire/http-head.ts";
import type { HttpHead } from "../../wire/http-head.ts";
import { framingOf, HttpReader, UNREADABLE } from "../../wire/http-reader.ts";
import type { Framing } from "../../wire/http-reader.ts";
import { rewriteHead } from "./rewrite-head.ts";
import type { Rewriting } from "./rewrite-head.ts";

/** Where a relay's bytes go, and what becomes of the connection. */
export interface RelayEnds {
  toServer(bytes: Buffer): void;
  toClient(bytes: Buffer): void;
  /** The connection ends after what was written to the client. */
  end(): void;
}

const REFUSED = Buffer.from(
  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
);
const CLOSE = Buffer.from("Connection: close\r\n");
/** Requests ahead of their answers on one connection, each of which is held: nobody pipelines so many. */
const MOST_PENDING = 1_000;

const parseRequest = headParser("request");
const parseResponse = headParser("response");

interface Pending {
  readonly verb: string;
  readonly wantsWebSocket: boolean;
}

/**
 * An HTTP proxy's view of one connection, for where bytes can't just pass: requests that the upstream needs rewritten, and
 * connections that are to end after their answer. It knows where each request and each answer ends; only a 101 ends that. A
 * request whose end is in doubt is not passed on: it is answered 400, and the connection ends.
 */
export class HttpRelay {
  private readonly pending: Pending[] = [];
  private forServer: Buffer[] = [];
  private forClient: Buffer[] = [];
  private isTunnel = false;
  private refused = false;
  private ended = false;
  private closing = false;
  /** What a reader can be told only once it has come back from the step that it is in. */
  private readonly later: (() => void)[] = [];
  private readonly strict: boolean;
  private readonly requests: HttpReader;
  private readonly responses: HttpReader;
  private readonly ends: RelayEnds;

  constructor(ends: RelayEnds, rewriting: Rewriting | null) {
    this.ends = ends;
    const strict = rewriting !== null;
    this.strict = strict;
    this.requests = new HttpReader(
      parseRequest,
      {
        head: (head, bytes, start, end) => {
          const text = bytes.toString("latin1", start, end);
          const passed = strict
            ? head.doubt === "framing"
              ? null
              : rewriteHead(head, text, rewriting)
            : Buffer.from(bytes.subarray(start, end));
          return this.request(head, passed);
        },
        body: () => {},
        end: () => {},
        tunnel: () => {},
        broken: () => {
          this.refused = strict;
        },
        raw: (bytes) => {
          if (!this.refused) this.forServer.push(bytes);
        },
      },
      { strictChunks: strict },
    );
    this.responses = new HttpReader(parseResponse, {
      head: (head, bytes, start, end) => this.response(head, bytes.subarray(start, end)),
      body: () => {},
      end: () => this.answered(),
      tunnel: () => {},
      // They pass as they come; nobody knows any more where one ends.
      broken: () => {},
      raw: (bytes) => this.forClient.push(bytes),
    });
  }

  fromClient(bytes: Buffer): void {
    if (this.refused) return;
    this.requests.feed(bytes);
    this.settle();
  }

  fromServer(bytes: Buffer): void {
    this.responses.feed(bytes);
    this.settle();
    if (this.closing && this.isQuiet) this.end(null);
  }

  /** The client ended its side. What is held of a request that would have to be rewritten is not passed on. */
  clientEnded(): void {
    if (this.strict) return;
    this.requests.finish();
    this.settle();
  }

  /** The upstream ended its side. */
  serverEnded(): void {
    this.responses.finish();
    this.settle();
  }

  /** From now on each answer says that it is the last one, and the connection ends after it. */
  close(): void {
    this.closing = true;
  }

  /** Nothing is under way. */
  get isQuiet(): boolean {
    return !this.isTunnel && this.pending.length === 0 && this.requests.isBetween;
  }

  private request(head: HttpHead, passed: Buffer | null): Framing {
    if (passed === null || this.pending.length >= MOST_PENDING) return UNREADABLE;
    const wantsWebSocket = head.upgrade === "websocket";
    this.pending.push({ verb: head.verb, wantsWebSocket });
    this.forServer.push(passed);
    const framing = framingOf(head, "none");
    return wantsWebSocket ? { ...framing, after: "upgrade" } : framing;
  }

  private response(head: HttpHead, bytes: Buffer): Framing {
    const [pending] = this.pending;
    if (head.status === 101) {
      this.forClient.push(bytes);
      this.isTunnel = pending?.wantsWebSocket === true;
      this.later.push(() => {
        this.requests.decide(this.isTunnel);
        this.responses.decide(this.isTunnel);
        // Another protocol, that nobody asked for: what the client sends in it can't be rewritten.
        if (!this.isTunnel) this.end(null);
      });
      return { by: "none", after: "upgrade" };
    }
    if (head.status < 200) {
      this.forClient.push(bytes);
      return { by: "none" };
    }
    this.forClient.push(...(this.closing && this.pending.length <= 1 ? withClose(bytes) : [bytes]));
    if (pending?.wantsWebSocket === true) this.later.push(() => this.requests.decide(false));
    const hasNone = pending?.verb === "HEAD" || head.status === 204 || head.status === 304;
    if (hasNone) return { by: "none" };
    return Number.isNaN(head.contentLength) ? { by: "close" } : framingOf(head, "close");
  }

  private answered(): void {
    if (!this.isTunnel) this.pending.shift();
  }

  private settle(): void {
    for (let next = this.later.shift(); next !== undefined; next = this.later.shift()) next();
    const { forServer, forClient } = this;
    this.forServer = [];
    this.forClient = [];
    if (forServer.length > 0) this.ends.toServer(joined(forServer));
    if (forClient.length > 0) this.ends.toClient(joined(forClient));
    if (this.refused && this.pending.length === 0) this.end(REFUSED);
  }

  private end(last: Buffer | null): void {
    if (this.ended) return;
    this.ended = true;
    if (last !== null) this.ends.toClient(last);
    this.ends.end();
  }
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}

/** The head with `Connection: close` behind its first line, instead of what it says of that. */
function withClose(head: Buffer): Buffer[] {
  const text = head
    .toString("latin1")
    .replaceAll(/^(?:connection|keep-alive)[ \t]*:.*\r?\n/gim, "");
  const first = text.indexOf("\n") + 1;
  return [
    Buffer.from(text.slice(0, first), "latin1"),
    CLOSE,
    Buffer.from(text.slice(first), "latin1"),
  ];
}
