/** RFC 6455, section 5.2. */
const TEXT = 1;
const BINARY = 2;
const FIRST_CONTROL = 8;
const NOTHING = Buffer.alloc(0);

export interface WebSocketEvents {
  /** A whole message as it came: still compressed where `compressed`. */
  message(payload: Buffer, compressed: boolean): void;
  /** A message past the limit; `start` is its beginning. */
  tooLarge(start: Buffer, bytes: number, compressed: boolean): void;
  broken(): void;
}

const KEPT_OF_LARGE_BYTES = 4_096;

/** Reads the frames of one direction as they pass. Keeps one message at most. Never throws. */
export class WebSocketReader {
  private held: Buffer = NOTHING;
  private left = 0;
  private mask: Buffer | undefined;
  private maskAt = 0;
  private opcode = 0;
  private final = false;
  private parts: Buffer[] = [];
  private bytes = 0;
  private compressed = false;
  private isBroken = false;
  private readonly limitBytes: number;
  private readonly events: WebSocketEvents;

  constructor(limitBytes: number, events: WebSocketEvents) {
    this.limitBytes = limitBytes;
    this.events = events;
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
        this.held = Buffer.from(bytes.subarray(at));
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
    const opcode = first & 0x0f;
    if (length > Number.MAX_SAFE_INTEGER || (opcode > BINARY && opcode < FIRST_CONTROL)) {
      this.isBroken = true;
      this.events.broken();
      return bytes.length;
    }
    this.opcode = opcode;
    this.final = (first & 0x80) !== 0;
    this.left = length;
    this.maskAt = 0;
    this.mask =
      maskBytes === 0 ? undefined : Buffer.from(bytes.subarray(at + header - 4, at + header));
    if (opcode === TEXT || opcode === BINARY) {
      this.parts = [];
      this.bytes = 0;
      this.compressed = (first & 0x40) !== 0;
    }
    if (length === 0) this.frameEnd();
    return at + header;
  }

  private readPayload(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.left);
    this.left -= end - at;
    if (this.opcode < FIRST_CONTROL) this.keep(bytes.subarray(at, end));
    if (this.left === 0) this.frameEnd();
    return end;
  }

  private keep(part: Buffer): void {
    const kept = this.bytes;
    this.bytes += part.length;
    if (this.bytes <= this.limitBytes || kept < KEPT_OF_LARGE_BYTES) {
      this.parts.push(this.mask === undefined ? part : this.unmasked(part, this.mask));
    } else if (this.parts.length > 1)
      this.parts = [Buffer.concat(this.parts).subarray(0, KEPT_OF_LARGE_BYTES)];
    this.maskAt = (this.maskAt + (this.mask === undefined ? 0 : part.length)) % 4;
  }

  private unmasked(part: Buffer, mask: Buffer): Buffer {
    const plain = Buffer.allocUnsafe(part.length);
    for (let index = 0; index < part.length; index += 1) {
      plain[index] = (part[index] ?? 0) ^ (mask[(this.maskAt + index) & 3] ?? 0);
    }
    return plain;
  }

  private frameEnd(): void {
    if (this.opcode >= FIRST_CONTROL || !this.final) return;
    const payload =
      this.parts.length === 1 ? (this.parts[0] ?? NOTHING) : Buffer.concat(this.parts);
    this.parts = [];
    if (this.bytes > this.limitBytes)
      this.events.tooLarge(payload.subarray(0, KEPT_OF_LARGE_BYTES), this.bytes, this.compressed);
    else this.events.message(payload, this.compressed);
  }
}
