import type { RecordedBatch } from "../capture/recording-consumer.ts";

export interface QueueLimits {
  readonly items: number;
  readonly bytes: number;
}

/** What a frame costs beside its payload, roughly. */
const FRAME_BYTES = 1_000;
/** A full queue takes again once it has so much room: opening and closing it for each frame would help nobody. */
const REOPENED_AT = 0.9;

/**
 * Frames that wait for the writer, or were sent and are not known to be stored yet. Bounded by exchanges and bytes; what does
 * not fit is refused at once, so that traffic never waits.
 */
export class WriteQueue {
  items = 0;
  bytes = 0;
  /** From the first frame that was refused until there is room again. */
  private full = false;
  private readonly waiting: RecordedBatch[] = [];
  private readonly limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.limits = limits;
  }

  get isFull(): boolean {
    const { items, bytes } = this.limits;
    if (this.items < items * REOPENED_AT && this.bytes < bytes * REOPENED_AT) this.full = false;
    return this.full;
  }

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** False where there is no room. */
  tryPush(batch: RecordedBatch): boolean {
    const bytes = sizeOf(batch);
    if (
      this.items + batch.exchanges > this.limits.items ||
      this.bytes + bytes > this.limits.bytes
    ) {
      this.full = true;
      return false;
    }
    this.items += batch.exchanges;
    this.bytes += bytes;
    this.waiting.push(batch);
    return true;
  }

  /** Takes the oldest; it counts until `settled`. */
  take(): RecordedBatch | undefined {
    return this.waiting.shift();
  }

  settled(batch: RecordedBatch): void {
    this.items -= batch.exchanges;
    this.bytes -= sizeOf(batch);
  }
}

function sizeOf(batch: RecordedBatch): number {
  return batch.payload.length + FRAME_BYTES;
}
