/**
 * A ring in shared memory, of fixed size: the traffic thread writes what passes, the capture thread reads it. One writer, one
 * reader, and nobody waits: what finds no room is refused at once.
 *
 * An event is 32 bytes (kind, payload bytes, connection, Unix ms, monotonic ms) and its payload, up to a multiple of 8; it
 * never wraps.
 */

/** What can happen to a connection. */
export const EVENT = {
  /** Fills the end of the ring. */
  pad: 0,
  /** From its first byte on. */
  opened: 1,
  client: 2,
  server: 3,
  serverEnded: 4,
  closed: 5,
  /** Bytes before this were not seen. */
  resumed: 6,
} as const;

export type EventKind = (typeof EVENT)[keyof typeof EVENT];

export interface RingEvent {
  readonly kind: EventKind;
  readonly connection: number;
  /** Unix ms, by the recorder's clock. */
  readonly at: number;
  /** Monotonic ms. */
  readonly clock: number;
  /** Good for as long as the event is being handled. */
  readonly bytes: Buffer;
}

const UNIT = 8;
const HEAD_UNITS = 4;
const CONTROL_BYTES = 64;
const WRITE = 0;
const READ = 1;
/** Longer payloads are written in parts of this size. */
const LARGEST_PAYLOAD_BYTES = 64 * 1024;
/** Copied out of the ring in one go. */
const SPAN_BYTES = 256 * 1024;
/** The last event may begin just before that. */
const LONGEST_SPAN_BYTES = SPAN_BYTES + HEAD_UNITS * UNIT + LARGEST_PAYLOAD_BYTES;

export function ringMemory(bytes: number): SharedArrayBuffer {
  const units = Math.max(4 * LARGEST_PAYLOAD_BYTES, bytes) / UNIT;
  return new SharedArrayBuffer(CONTROL_BYTES + Math.floor(units) * UNIT);
}

interface Views {
  readonly positions: Int32Array;
  readonly words: Int32Array;
  readonly numbers: Float64Array;
  readonly bytes: Buffer;
  readonly units: number;
}

function viewsOf(memory: SharedArrayBuffer): Views {
  return {
    positions: new Int32Array(memory, 0, CONTROL_BYTES / 4),
    words: new Int32Array(memory, CONTROL_BYTES),
    numbers: new Float64Array(memory, CONTROL_BYTES),
    bytes: Buffer.from(memory, CONTROL_BYTES),
    units: (memory.byteLength - CONTROL_BYTES) / UNIT,
  };
}

/** The traffic thread's end. */
export class RingWriter {
  private readonly views: Views;

  constructor(memory: SharedArrayBuffer) {
    this.views = viewsOf(memory);
  }

  /** Events written and not read yet. */
  get isEmpty(): boolean {
    const { positions } = this.views;
    return Atomics.load(positions, READ) === Atomics.load(positions, WRITE);
  }

  /** False where there is no room: none of it is written then, or a part of a payload past 64 KiB. */
  write(
    kind: EventKind,
    connection: number,
    at: number,
    clock: number,
    bytes: Buffer | null,
  ): boolean {
    if (bytes === null || bytes.length <= LARGEST_PAYLOAD_BYTES)
      return this.writeOne(kind, connection, at, clock, bytes);
    for (let from = 0; from < bytes.length; from += LARGEST_PAYLOAD_BYTES) {
      const part = bytes.subarray(from, from + LARGEST_PAYLOAD_BYTES);
      if (!this.writeOne(kind, connection, at, clock, part)) return false;
    }
    return true;
  }

  private writeOne(
    kind: EventKind,
    connection: number,
    at: number,
    clock: number,
    payload: Buffer | null,
  ): boolean {
    const { positions, words, numbers, bytes, units } = this.views;
    const payloadBytes = payload === null ? 0 : payload.length;
    const needed = HEAD_UNITS + Math.ceil(payloadBytes / UNIT);
    const read = Atomics.load(positions, READ);
    let write = Atomics.load(positions, WRITE);
    // One unit stays empty: a full ring is not an empty one.
    const free = (read - write - 1 + units) % units;
    const toEnd = units - write;
    if (needed > (toEnd >= needed ? free : free - toEnd)) return false;
    if (toEnd < needed) {
      words[2 * write] = EVENT.pad;
      write = 0;
    }
    words[2 * write] = kind;
    words[2 * write + 1] = payloadBytes;
    numbers[write + 1] = connection;
    numbers[write + 2] = at;
    numbers[write + 3] = clock;
    if (payload !== null) bytes.set(payload, (write + HEAD_UNITS) * UNIT);
    Atomics.store(positions, WRITE, (write + needed) % units);
    return true;
  }
}

/** The capture thread's end. */
export class RingReader {
  private readonly views: Views;
  /** One block for all that is taken out: a new one each time would be memory that only the collector gives back. */
  private readonly span = Buffer.allocUnsafeSlow(LONGEST_SPAN_BYTES);
  private readonly spanWords = new Int32Array(this.span.buffer);
  private readonly spanNumbers = new Float64Array(this.span.buffer);

  constructor(memory: SharedArrayBuffer) {
    this.views = viewsOf(memory);
  }

  /**
   * Takes events out (some 256 KiB of them at most) and hands over each. They are gone from the ring before the first is
   * handed over, so that one which ends this thread is not read again. Gives the bytes taken; 0 when there was nothing.
   */
  read(taken: (bytes: number) => void, handle: (event: RingEvent) => void): number {
    const { positions, bytes, units } = this.views;
    const write = Atomics.load(positions, WRITE);
    const from = Atomics.load(positions, READ);
    if (from === write) return 0;
    const to = this.spanEnd(from, write > from ? write : units);
    const { span, spanWords: words, spanNumbers: numbers } = this;
    const spanBytes = (to - from) * UNIT;
    bytes.copy(span, 0, from * UNIT, to * UNIT);
    const wraps = to === units || this.views.words[2 * to] === EVENT.pad;
    Atomics.store(positions, READ, wraps && to !== write ? 0 : to % units);
    taken(spanBytes);
    let at = 0;
    while (at < to - from) {
      const payloadBytes = words[2 * at + 1] ?? 0;
      const start = (at + HEAD_UNITS) * UNIT;
      handle({
        kind: (words[2 * at] ?? 0) as EventKind,
        connection: numbers[at + 1] ?? 0,
        at: numbers[at + 2] ?? 0,
        clock: numbers[at + 3] ?? 0,
        bytes: span.subarray(start, start + payloadBytes),
      });
      at += HEAD_UNITS + Math.ceil(payloadBytes / UNIT);
    }
    return Math.max(UNIT, spanBytes);
  }

  /** Where the last whole event ends that still belongs to this span: before `end`, a pad, or past the span's size. */
  private spanEnd(from: number, end: number): number {
    const { words } = this.views;
    let at = from;
    while (at < end && (at - from) * UNIT < SPAN_BYTES) {
      if (words[2 * at] === EVENT.pad) break;
      at += HEAD_UNITS + Math.ceil((words[2 * at + 1] ?? 0) / UNIT);
    }
    return at;
  }
}
