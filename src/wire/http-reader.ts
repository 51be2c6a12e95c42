import type { HeadParser, HttpHead } from "./http-head.ts";

/** How a message's body ends. `upgrade`: what follows is no HTTP, or we do not know yet (see `decide`). */
export type Framing =
  | { readonly by: "none" }
  | { readonly by: "length"; readonly bytes: number }
  | { readonly by: "chunks" }
  | { readonly by: "close" }
  | { readonly by: "upgrade" };

export interface HttpEvents {
  /** A whole head, which is `bytes` from `start` to `end`; says how the body ends. */
  head(head: HttpHead, bytes: Buffer, start: number, end: number): Framing;
  /** Bytes of the body without chunk framing. */
  body(bytes: Buffer): void;
  /** The message's last byte was read. */
  end(): void;
  /** Bytes after an upgrade. */
  tunnel(bytes: Buffer): void;
  /** The bytes are no HTTP/1; nothing more comes. */
  broken(): void;
  /** Every byte that is not part of a head, with its framing, for those who write the stream on. */
  raw?(bytes: Buffer): void;
}

type State =
  | "head"
  | "length"
  | "chunk-size"
  | "chunk-data"
  | "chunk-end"
  | "trailers"
  | "close"
  | "undecided"
  | "tunnel"
  | "broken";

const LARGEST_HEAD_BYTES = 256 * 1024;
const LARGEST_REPEATED_BYTES = 4_096;
const LARGEST_UNDECIDED_BYTES = 1024 * 1024;
const LONGEST_CHUNK_LINE = 16 * 1024;
const CR = 13;
const LF = 10;
const NOTHING = Buffer.alloc(0);
const HEAD_END = Buffer.from("\r\n\r\n");

/** Reads HTTP/1 messages of one direction of a connection from bytes as they pass; keeps at most a head. Never throws. */
export class HttpReader {
  private state: State = "head";
  private held: Buffer = NOTHING;
  private left = 0;
  private lastBytes: Buffer = NOTHING;
  private lastHead: HttpHead | undefined;
  private readonly parse: HeadParser;
  private readonly events: HttpEvents;

  constructor(parse: HeadParser, events: HttpEvents) {
    this.parse = parse;
    this.events = events;
  }

  feed(chunk: Buffer): void {
    let bytes = chunk;
    if (this.held.length > 0) {
      bytes = Buffer.concat([this.held, chunk]);
      this.held = NOTHING;
    }
    let at = 0;
    // Each step takes at least one byte, changes to a state that does, or holds the rest.
    while (at < bytes.length) {
      const next = this.step(bytes, at);
      if (next < 0) return;
      at = next;
    }
  }

  /** Bytes that it holds of a message that is not whole. */
  get heldBytes(): number {
    return this.held.length + this.lastBytes.length;
  }

  /** Holds nothing more and reads nothing more. */
  forget(): void {
    this.restart();
    this.state = "broken";
  }

  /** Begins anew: what comes next is a head. */
  restart(): void {
    this.state = "head";
    this.held = NOTHING;
    this.lastBytes = NOTHING;
    this.lastHead = undefined;
  }

  /** The connection ended: a body that lasts until then is whole. Gives whether a message was cut. */
  finish(): boolean {
    const cut = !["head", "tunnel", "close", "broken"].includes(this.state);
    if (this.state === "close") this.events.end();
    this.state = "broken";
    this.held = NOTHING;
    return cut;
  }

  /** After an `upgrade` framing: whether the other side agreed. Bytes that came meanwhile are read accordingly. */
  decide(agreed: boolean): void {
    if (this.state !== "undecided") return;
    this.state = agreed ? "tunnel" : "head";
    const held = this.held;
    this.held = NOTHING;
    if (!agreed) this.events.end();
    if (held.length > 0) this.feed(held);
  }

  private step(bytes: Buffer, at: number): number {
    switch (this.state) {
      case "head":
        return this.readHead(bytes, at);
      case "length":
      case "chunk-data":
        return this.readCounted(bytes, at);
      case "chunk-size":
        return this.readChunkSize(bytes, at);
      case "chunk-end":
        return this.readChunkEnd(bytes, at);
      case "trailers":
        return this.readTrailer(bytes, at);
      case "close":
        this.pass(bytes, at, bytes.length, true);
        return bytes.length;
      case "undecided":
        return this.hold(bytes, at, LARGEST_UNDECIDED_BYTES);
      case "tunnel":
        this.events.raw?.(bytes.subarray(at));
        this.events.tunnel(bytes.subarray(at));
        return bytes.length;
      case "broken":
        this.events.raw?.(bytes.subarray(at));
        return bytes.length;
      default:
        return this.state satisfies never;
    }
  }

  private readHead(bytes: Buffer, from: number): number {
    let at = from;
    // Empty lines before a request are to be ignored (RFC 9112, 2.2).
    while (bytes[at] === CR || bytes[at] === LF) at += 1;
    if (at > from) this.events.raw?.(bytes.subarray(from, at));
    if (at === bytes.length) return at;
    const last = this.lastBytes;
    // Most heads of a connection are the one before again: comparing is cheaper than finding its end and making text.
    if (last.length > 0 && isAt(bytes, at, last)) {
      return this.beginMessage(this.lastHead, bytes, at, at + last.length);
    }
    const end = headEnd(bytes, at);
    if (end < 0) return this.hold(bytes, at, LARGEST_HEAD_BYTES);
    const head = this.parse(bytes.toString("latin1", at, end));
    if (head === undefined) return this.break(bytes, at);
    this.lastHead = head;
    this.lastBytes =
      end - at <= LARGEST_REPEATED_BYTES ? Buffer.from(bytes.subarray(at, end)) : NOTHING;
    return this.beginMessage(head, bytes, at, end);
  }

  private beginMessage(head: HttpHead | undefined, bytes: Buffer, at: number, end: number): number {
    if (head === undefined) return this.break(bytes, at);
    this.begin(this.events.head(head, bytes, at, end));
    return end;
  }

  private begin(framing: Framing): void {
    switch (framing.by) {
      case "none":
        this.state = "head";
        this.events.end();
        return;
      case "length":
        this.left = framing.bytes;
        if (Number.isNaN(framing.bytes)) {
          this.state = "broken";
          this.events.broken();
        } else if (framing.bytes === 0) {
          this.state = "head";
          this.events.end();
        } else this.state = "length";
        return;
      case "chunks":
        this.state = "chunk-size";
        return;
      case "close":
        this.state = "close";
        return;
      case "upgrade":
        this.state = "undecided";
        return;
      default:
        framing satisfies never;
    }
  }

  private readCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.left);
    this.left -= end - at;
    this.pass(bytes, at, end, true);
    if (this.left === 0) {
      if (this.state === "length") {
        this.state = "head";
        this.events.end();
      } else this.state = "chunk-end";
    }
    return end;
  }

  private readChunkSize(bytes: Buffer, at: number): number {
    const newline = bytes.indexOf(LF, at);
    if (newline < 0) return this.hold(bytes, at, LONGEST_CHUNK_LINE);
    // The size may be followed by extensions.
    const match = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?\r?$/i.exec(
      bytes.toString("latin1", at, newline),
    );
    if (match === null) return this.break(bytes, at);
    this.pass(bytes, at, newline + 1, false);
    this.left = Number.parseInt(match[1] ?? "", 16);
    this.state = this.left === 0 ? "trailers" : "chunk-data";
    return newline + 1;
  }

  private readChunkEnd(bytes: Buffer, at: number): number {
    if (bytes[at] === CR && at + 1 === bytes.length) return this.hold(bytes, at, 2);
    const newline = bytes[at] === CR ? at + 1 : at;
    if (bytes[newline] !== LF) return this.break(bytes, at);
    this.pass(bytes, at, newline + 1, false);
    this.state = "chunk-size";
    return newline + 1;
  }

  private readTrailer(bytes: Buffer, at: number): number {
    const newline = bytes.indexOf(LF, at);
    if (newline < 0) return this.hold(bytes, at, LARGEST_HEAD_BYTES);
    this.pass(bytes, at, newline + 1, false);
    const isEmpty = newline === at || (newline === at + 1 && bytes[at] === CR);
    if (isEmpty) {
      this.state = "head";
      this.events.end();
    }
    return newline + 1;
  }

  private pass(bytes: Buffer, at: number, end: number, isBody: boolean): void {
    const part = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end);
    this.events.raw?.(part);
    if (isBody) this.events.body(part);
  }

  private hold(bytes: Buffer, at: number, limitBytes: number): number {
    if (bytes.length - at > limitBytes) return this.break(bytes, at);
    this.held = Buffer.from(bytes.subarray(at));
    return -1;
  }

  private break(bytes: Buffer, at: number): number {
    this.state = "broken";
    this.events.raw?.(bytes.subarray(at));
    this.events.broken();
    return -1;
  }
}

function isAt(bytes: Buffer, at: number, wanted: Buffer): boolean {
  const end = at + wanted.length;
  return end <= bytes.length && bytes.compare(wanted, 0, wanted.length, at, end) === 0;
}

/** Index after the empty line that ends a head, or -1. Lines may end in LF alone, as many servers accept. */
function headEnd(bytes: Buffer, from: number): number {
  const strict = bytes.indexOf(HEAD_END, from);
  if (strict >= 0) return strict + 4;
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}
