/** Bounds of what may wait to be asked of a candidate. */
export interface QueueLimits {
  readonly items: number;
  readonly bytes: number;
  /** What waited longer proves nothing any more: the chain has moved on. */
  readonly ageMs: number;
}

/** Why something is not asked though it was to be. */
export type QueueLoss = "queue-full" | "too-old" | "shutdown";

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
  readonly since: number;
}

/** First in, first out, bounded in items, bytes and age; what does not fit or waited too long is handed to `lost`. */
export class LiveQueue<T> {
  bytes = 0;
  private waiting: (Waiting<T> | undefined)[] = [];
  private first = 0;
  private wake: (() => void)[] = [];
  private closed = false;
  private readonly limits: QueueLimits;
  private readonly clock: () => number;
  private readonly lost: (item: T, why: QueueLoss) => void;

  /** @param clock monotonic ms */
  constructor(limits: QueueLimits, clock: () => number, lost: (item: T, why: QueueLoss) => void) {
    this.limits = limits;
    this.clock = clock;
    this.lost = lost;
  }

  get items(): number {
    return this.waiting.length - this.first;
  }

  /** How long the oldest has waited, ms. */
  get ageMs(): number {
    const oldest = this.waiting[this.first];
    return oldest === undefined ? 0 : this.clock() - oldest.since;
  }

  push(item: T, bytes: number): void {
    this.dropOld();
    const { limits } = this;
    if (this.closed || this.items >= limits.items || this.bytes + bytes > limits.bytes) {
      this.lost(item, "queue-full");
      return;
    }
    this.waiting.push({ item, bytes, since: this.clock() });
    this.bytes += bytes;
    this.wake.shift()?.();
  }

  /** The next one; waits for it. Null once closed. */
  async take(): Promise<T | null> {
    for (;;) {
      this.dropOld();
      if (this.closed) return null;
      const next = this.shift();
      if (next !== null) return next.item;
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
  }

  /** What still waits is lost. */
  close(): void {
    this.closed = true;
    for (let left = this.shift(); left !== null; left = this.shift())
      this.lost(left.item, "shutdown");
    for (const wake of this.wake.splice(0)) wake();
  }

  private shift(): Waiting<T> | null {
    const next = this.waiting[this.first];
    if (next === undefined) return null;
    this.waiting[this.first] = undefined;
    this.first++;
    this.bytes -= next.bytes;
    if (this.first > 1_024 && this.first * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.first);
      this.first = 0;
    }
    return next;
  }

  private dropOld(): void {
    while (this.ageMs > this.limits.ageMs) {
      const old = this.shift();
      if (old === null) return;
      this.lost(old.item, "too-old");
    }
  }
}
