import { ByteBuilder } from "./byte-builder.ts";

/** RFC 6455, section 5.2. */
const TEXT = 1;
const BINARY = 2;
const FIRST_CONTROL = 8;
const LONGEST_HEADER_BYTES = 14;
const NOTHING = Buffer.alloc(0);

export interface WebSocketEvents {
  /** A whole message as it came: still compressed where `compressed`. Its bytes are the receiver's. */
  message(payload: Buffer, compressed: boolean): void;
  /** A message past the limit. */
  tooLarge(bytes: number, compressed: boolean): void;
  broken(): void;
}

/** Reads the frames of one direction as they pass. Keeps one message at most. Never throws. */
export class WebSocketReader {
  private held: Buffer = NOTHING;
  private left = 0;
  private mask: Buffer | undefined;
  private maskAt = 0;
  private opcode = 0;
  private final = false;
  /** A message has begun whose last frame has not come. */
  private isOpen = false;
  private bytes = 0;
  private compressed = false;
  private isBroken = false;
  private readonly kept = new ByteBuilder();
  private readonly limitBytes: number;
  private readonly events: WebSocketEvents;

  constructor(limitBytes: number, events: WebSocketEvents) {
    this.limitBytes = limitBytes;
    this.events = events;
  }

  /** Bytes that it holds of a message that is not whole. */
  get heldBytes(): number {
    return this.kept.heldBytes + this.held.length;
  }

  /** Holds nothing more and reads nothing more. */
  forget(): void {
    this.isBroken = true;
    this.kept.clear();
    this.held = NOTHING;
  }

  feed(chunk: Buffer): void {
    if (this.isBroken) return;
    let bytes = chunk;
    if (this.held.length > 0) {
      bytes = Buffer.concat([this.held, chunk]);
      this.held = NOTHING;
    }
    let at = 0;
    // A frame without payload ends as soon as its header is read.
    while (at < bytes.length && !this.isBroken) {
      const next = this.left > 0 ? this.readPayload(bytes, at) : this.readHeader(bytes, at);
      if (next < 0) {
        this.held = Buffer.from(bytes.subarray(at, at + LONGEST_HEADER_BYTES));
        return;
      }
      at = next;
    }
  }

  private readHeader(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return -1;
    const first = bytes.readUInt8(at);
    const second = bytes.readUInt8(at + 1);
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = (second & 0x80) === 0 ? 0 : 4;
    const header = 2 + extended + maskBytes;
    if (bytes.length - at < header) return -1;
    const length =
      extended === 0
        ? short
        : extended === 2
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    this.opcode = first & 0x0f;
    this.final = (first & 0x80) !== 0;
    if (!this.isAllowed(length)) {
      this.forget();
      this.events.broken();
      return bytes.length;
    }
    this.left = length;
    this.maskAt = 0;
    this.mask =
      maskBytes === 0 ? undefined : Buffer.from(bytes.subarray(at + header - 4, at + header));
    if (this.opcode === TEXT || this.opcode === BINARY) {
      this.kept.clear();
      this.bytes = 0;
      this.isOpen = true;
      this.compressed = (first & 0x40) !== 0;
    }
    if (length === 0) this.frameEnd();
    return at + header;
  }

  /** What both ends must refuse (RFC 6455, 5.4 and 5.5): after it nobody can tell what they read. */
  private isAllowed(length: number): boolean {
    if (this.opcode >= FIRST_CONTROL) return this.final && length <= 125;
    if (length > Number.MAX_SAFE_INTEGER || this.opcode > BINARY) return false;
    return this.isOpen === (this.opcode === 0);
  }

  private readPayload(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.left);
    this.left -= end - at;
    if (this.opcode < FIRST_CONTROL) this.keep(bytes.subarray(at, end));
    if (this.left === 0) this.frameEnd();
    return end;
  }

  private keep(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > this.limitBytes) this.kept.clear();
    else {
      const from = this.kept.length;
      this.kept.append(part);
      if (this.mask !== undefined) this.unmask(this.kept.view(), from, this.mask);
    }
    this.maskAt = (this.maskAt + part.length) % 4;
  }

  private unmask(bytes: Buffer, from: number, mask: Buffer): void {
    for (let at = from; at < bytes.length; at += 1) {
      bytes[at] = (bytes[at] ?? 0) ^ (mask[(this.maskAt + at - from) & 3] ?? 0);
    }
  }

  private frameEnd(): void {
    if (this.opcode >= FIRST_CONTROL || !this.final) return;
    const { bytes, compressed } = this;
    const payload = this.kept.view();
    this.kept.clear();
    this.isOpen = false;
    this.bytes = 0;
    if (bytes > this.limitBytes) this.events.tooLarge(bytes, compressed);
    else this.events.message(payload, compressed);
  }
}
