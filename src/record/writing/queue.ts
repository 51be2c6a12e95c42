import type { ExchangeRow } from "../../recording/batch.ts";

/** An exchange ready to be written: its columns and its record. */
export interface QueuedExchange {
  readonly row: ExchangeRow;
  readonly record: Buffer;
}

export interface QueueLimits {
  readonly items: number;
  readonly bytes: number;
}

/** What a row costs beside its record, roughly. */
const ROW_BYTES = 400;

/**
 * What waits for the writer, or was sent and is not known to be stored yet. Bounded by items and bytes; what does not fit is
 * refused at once, so that traffic never waits.
 */
export class WriteQueue {
  items = 0;
  bytes = 0;
  private waiting: QueuedExchange[] = [];
  private readonly limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.limits = limits;
  }

  get waitingItems(): number {
    return this.waiting.length;
  }

  /** False where there is no room. */
  tryPush(exchange: QueuedExchange): boolean {
    const bytes = sizeOf(exchange);
    if (this.items >= this.limits.items || this.bytes + bytes > this.limits.bytes) return false;
    this.items += 1;
    this.bytes += bytes;
    this.waiting.push(exchange);
    return true;
  }

  /** Takes the oldest; they count until `settled`. */
  take(items: number, bytes: number): QueuedExchange[] {
    let count = 0;
    let taken = 0;
    while (count < this.waiting.length && count < items && (count === 0 || taken < bytes)) {
      const next = this.waiting[count];
      taken += next === undefined ? 0 : sizeOf(next);
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  settled(exchanges: readonly QueuedExchange[]): void {
    this.items -= exchanges.length;
    for (const exchange of exchanges) this.bytes -= sizeOf(exchange);
  }
}

function sizeOf(exchange: QueuedExchange): number {
  return exchange.record.length + ROW_BYTES;
}
