import { ByteBuilder } from "./byte-builder.ts";
import type { HeadParser, HttpHead } from "./http-head.ts";

/** How a message's body ends. `after: "upgrade"`: what follows it may be no HTTP, which is not known yet (see `decide`). */
export type Framing = (
  | { readonly by: "none" }
  | { readonly by: "length"; readonly bytes: number }
  | { readonly by: "chunks" }
  | { readonly by: "close" }
) & { readonly after?: "upgrade" };

/** For a head that is not to be read on: the reader breaks off behind it. */
export const UNREADABLE: Framing = { by: "length", bytes: Number.NaN };

/** How a body ends by its head alone; `orElse` where the head does not say. */
export function framingOf(
  head: Pick<HttpHead, "chunked" | "contentLength">,
  orElse: "none" | "close",
): Framing {
  if (head.chunked) return { by: "chunks" };
  return head.contentLength === undefined
    ? { by: orElse }
    : { by: "length", bytes: head.contentLength };
}

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

/** Where it breaks off at what another parser may read otherwise; heads say so themselves (`doubt`). */
interface Strictness {
  /** At empty lines before a head, and as `strictChunks`. */
  readonly strict?: boolean;
  /** At chunks and trailers. */
  readonly strictChunks?: boolean;
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

/** Geth's limit is 1 MB, nginx's 32 KiB, Node's 16 KiB. */
const LARGEST_HEAD_BYTES = 256 * 1024;
const LARGEST_REPEATED_BYTES = 4_096;
const LARGEST_UNDECIDED_BYTES = 256 * 1024;
const LONGEST_CHUNK_LINE = 16 * 1024;
const CR = 13;
const LF = 10;
const NOTHING = Buffer.alloc(0);
/** A chunk's size as every parser reads it; with extensions that are tokens or quoted (RFC 9112, 7.1.1). */
const LENIENT_SIZE = /^([0-9a-f]{1,16})[ \t]*(?:;.*)?\r?$/i;
const STRICT_SIZE = /^([0-9a-f]{1,15})(?:;[\w-]+(?:=(?:[\w.-]+|"[\w .-]*"))?)*\r$/i;
const MOST_PLAIN_DIGITS = 8;
const NO_DIGIT = 255;
/** What each byte is worth as a hexadecimal digit. */
const HEX_DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase());
  return digit < 0 ? NO_DIGIT : digit;
});
const STRICT_TRAILER =
  /^(?!content-length|transfer-encoding)[!#$%&'*+.^`|~\w-]+:[\t -~\u0080-\u00ff]*\r$/i;

/** Reads HTTP/1 messages of one direction of a connection from bytes as they pass; keeps at most a head. Never throws. */
export class HttpReader {
  private state: State = "head";
  /** Bytes of a step that is not whole yet. */
  private readonly held = new ByteBuilder();
  /** How far a held head was searched for its end. */
  private searched = 0;
  /** An upgrade was asked for, and this message's end is to be waited at. */
  private waits = false;
  private left = 0;
  /** Bytes of this turn, behind one another, that `raw` was not told of yet. */
  private unsaid: { readonly bytes: Buffer; readonly from: number; to: number } | undefined;
  private lastBytes: Buffer = NOTHING;
  private lastHead: HttpHead | undefined;
  private readonly parse: HeadParser;
  private readonly events: HttpEvents;
  private readonly strict: boolean;
  private readonly strictChunks: boolean;

  constructor(
    parse: HeadParser,
    events: HttpEvents,
    { strict = false, strictChunks = strict }: Strictness = {},
  ) {
    this.parse = parse;
    this.events = events;
    this.strict = strict;
    this.strictChunks = strictChunks;
  }

  /** Whether it stands between two messages. */
  get isBetween(): boolean {
    return this.state === "head" && this.held.length === 0;
  }

  feed(chunk: Buffer): void {
    if (this.held.length === 0) {
      this.run(chunk, false);
      return;
    }
    this.held.append(chunk);
    this.run(this.held.view(), true);
  }

  /** `isHeld`: the bytes are those that are held, and what is left of them stays there. */
  private run(bytes: Buffer, isHeld: boolean): void {
    let at = 0;
    // Each step takes at least one byte, changes to a state that does, or waits for more.
    while (at < bytes.length) {
      const next = this.step(bytes, at);
      if (next < 0) break;
      at = next;
    }
    this.sayPassed();
    if (this.state === "broken") this.held.clear();
    else if (isHeld && at === 0) return;
    else {
      // Parts of the old block may have been handed on: it is left as it is.
      this.held.clear();
      if (at < bytes.length) this.held.append(bytes.subarray(at));
    }
  }

  /** Nothing that comes is read any more. */
  get isBroken(): boolean {
    return this.state === "broken";
  }

  /** Bytes that it holds of a message that is not whole. */
  get heldBytes(): number {
    return this.held.heldBytes + this.lastBytes.length;
  }

  /** Holds nothing more and reads nothing more. */
  forget(): void {
    this.restart();
    this.state = "broken";
  }

  /** Begins anew: what comes next is a head. */
  restart(): void {
    this.state = "head";
    this.waits = false;
    this.searched = 0;
    this.held.clear();
    this.lastBytes = NOTHING;
    this.lastHead = undefined;
  }

  /** The connection ended: a body that lasts until then is whole. Gives whether a message was cut. */
  finish(): boolean {
    const cut = !["head", "tunnel", "close", "broken"].includes(this.state);
    if (this.state === "close") this.events.end();
    if (this.held.length > 0) this.events.raw?.(this.held.view());
    this.forget();
    return cut;
  }

  /** After an `upgrade` framing: whether the other side agreed. Bytes that came meanwhile are read accordingly. */
  decide(agreed: boolean): void {
    if (this.state !== "undecided") {
      // The answer came before the request's body was whole.
      if (this.waits && agreed) this.fail();
      this.waits = false;
      return;
    }
    this.state = agreed ? "tunnel" : "head";
    if (this.held.length === 0) return;
    const held = Buffer.from(this.held.view());
    this.held.clear();
    this.run(held, false);
  }

  private fail(): void {
    this.sayPassed();
    this.state = "broken";
    this.held.clear();
    this.events.broken();
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
        this.sayPassed();
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
    // Some answer 400 to them.
    if (at > from && this.strict) return this.break(bytes, from);
    if (at > from) {
      this.pass(bytes, from, at, false);
      return at;
    }
    const last = this.lastBytes;
    // Most heads of a connection are the one before again: comparing is cheaper than finding its end and making text.
    if (last.length > 0 && isAt(bytes, at, last)) {
      return this.beginMessage(this.lastHead, bytes, at, at + last.length);
    }
    const end = headEnd(bytes, at, at === 0 ? this.searched : at);
    if (end < 0) {
      this.searched = Math.max(0, bytes.length - at - LONGEST_HEAD_END);
      return this.hold(bytes, at, LARGEST_HEAD_BYTES);
    }
    this.searched = 0;
    const head = this.parse(bytes.toString("latin1", at, end));
    if (head === undefined) return this.break(bytes, at);
    this.lastHead = head;
    this.lastBytes =
      end - at <= LARGEST_REPEATED_BYTES ? Buffer.from(bytes.subarray(at, end)) : NOTHING;
    return this.beginMessage(head, bytes, at, end);
  }

  private beginMessage(head: HttpHead | undefined, bytes: Buffer, at: number, end: number): number {
    if (head === undefined) return this.break(bytes, at);
    this.sayPassed();
    this.begin(this.events.head(head, bytes, at, end));
    return end;
  }

  private begin(framing: Framing): void {
    this.waits = framing.after === "upgrade";
    switch (framing.by) {
      case "none":
        this.finishMessage();
        return;
      case "length":
        this.left = framing.bytes;
        if (Number.isNaN(framing.bytes)) this.fail();
        else if (framing.bytes === 0) this.finishMessage();
        else this.state = "length";
        return;
      case "chunks":
        this.state = "chunk-size";
        return;
      case "close":
        this.state = "close";
        return;
      default:
        framing satisfies never;
    }
  }

  private finishMessage(): void {
    this.state = this.waits ? "undecided" : "head";
    this.waits = false;
    this.events.end();
  }

  private readCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.left);
    this.left -= end - at;
    this.pass(bytes, at, end, true);
    if (this.left === 0) {
      if (this.state === "length") this.finishMessage();
      else this.state = "chunk-end";
    }
    return end;
  }

  private readChunkSize(bytes: Buffer, at: number): number {
    const plainEnd = this.readPlainSize(bytes, at);
    if (plainEnd > at) return plainEnd;
    const newline = bytes.indexOf(LF, at);
    if (newline < 0) return this.hold(bytes, at, LONGEST_CHUNK_LINE);
    const match = (this.strictChunks ? STRICT_SIZE : LENIENT_SIZE).exec(
      bytes.toString("latin1", at, newline),
    );
    if (match === null) return this.break(bytes, at);
    this.pass(bytes, at, newline + 1, false);
    this.left = Number.parseInt(match[1] ?? "", 16);
    if (this.left > Number.MAX_SAFE_INTEGER) return this.break(bytes, newline + 1);
    this.state = this.left === 0 ? "trailers" : "chunk-data";
    return newline + 1;
  }

  /** A size of few digits and CRLF, as nearly all are; else gives `at`: somebody may send a chunk for each byte. */
  private readPlainSize(bytes: Buffer, at: number): number {
    let size = 0;
    let end = at;
    for (; end < at + MOST_PLAIN_DIGITS; end += 1) {
      const digit = HEX_DIGITS[bytes[end] ?? 0] ?? NO_DIGIT;
      if (digit === NO_DIGIT) break;
      size = size * 16 + digit;
    }
    if (end === at || bytes[end] !== CR || bytes[end + 1] !== LF) return at;
    this.pass(bytes, at, end + 2, false);
    this.left = size;
    this.state = size === 0 ? "trailers" : "chunk-data";
    return end + 2;
  }

  private readChunkEnd(bytes: Buffer, at: number): number {
    if (bytes[at] === CR && at + 1 === bytes.length) return this.hold(bytes, at, 2);
    const newline = bytes[at] === CR ? at + 1 : at;
    const isOdd = this.strictChunks && newline === at;
    if (bytes[newline] !== LF || isOdd) return this.break(bytes, at);
    this.pass(bytes, at, newline + 1, false);
    this.state = "chunk-size";
    return newline + 1;
  }

  private readTrailer(bytes: Buffer, at: number): number {
    const newline = bytes.indexOf(LF, at);
    if (newline < 0) return this.hold(bytes, at, LARGEST_HEAD_BYTES);
    const isEmpty = newline === at || (newline === at + 1 && bytes[at] === CR);
    if (this.strictChunks) {
      const line = bytes.toString("latin1", at, newline);
      if (line !== "\r" && !STRICT_TRAILER.test(line)) return this.break(bytes, at);
    }
    this.pass(bytes, at, newline + 1, false);
    if (isEmpty) this.finishMessage();
    return newline + 1;
  }

  private pass(bytes: Buffer, at: number, end: number, isBody: boolean): void {
    if (this.events.raw !== undefined) {
      // In as few parts as may be: somebody may send a chunk for each byte.
      if (this.unsaid === undefined) this.unsaid = { bytes, from: at, to: end };
      else this.unsaid.to = end;
    }
    if (isBody) this.events.body(part(bytes, at, end));
  }

  /** What passed since the last head goes on, before anything else does. */
  private sayPassed(): void {
    if (this.unsaid === undefined) return;
    const { bytes, from, to } = this.unsaid;
    this.unsaid = undefined;
    this.events.raw?.(part(bytes, from, to));
  }

  private hold(bytes: Buffer, at: number, limitBytes: number): number {
    return bytes.length - at > limitBytes ? this.break(bytes, at) : -1;
  }

  private break(bytes: Buffer, at: number): number {
    this.fail();
    this.events.raw?.(bytes.subarray(at));
    return -1;
  }
}

function part(bytes: Buffer, from: number, to: number): Buffer {
  return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
}

function isAt(bytes: Buffer, at: number, wanted: Buffer): boolean {
  const end = at + wanted.length;
  return end <= bytes.length && bytes.compare(wanted, 0, wanted.length, at, end) === 0;
}

/** What of an empty line may stand at the end of bytes that have none: `\r\n\r`. */
const LONGEST_HEAD_END = 3;

/**
 * Index after the empty line that ends the head at `from`, or -1; searched from `searchFrom` on. Lines may end in LF alone, as
 * many servers accept: whichever empty line comes first.
 */
function headEnd(bytes: Buffer, from: number, searchFrom: number): number {
  const start = Math.max(from, searchFrom);
  for (let at = bytes.indexOf(LF, start); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}
