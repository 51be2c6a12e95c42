import type { WindowCounts } from "../../model/recording.ts";
import type { DropReason } from "../capture/captured.ts";
import type { DropCounts } from "../capture/drop-counts.ts";
import type { QueuedExchange, WriteQueue } from "./queue.ts";

/** What goes to the writer beside exchanges and drops. */
export interface SamplingState {
  takeCounts(): WindowCounts[];
  takeEvicted(): number[];
}

/** A batch on its way: sent, and not known to be stored. */
export interface Sent {
  /** A new one when it is sent again after a failure: those sent behind it may be stored by then. */
  number: number;
  readonly exchanges: readonly QueuedExchange[];
  readonly drops: Readonly<Record<string, number>>;
  readonly evicted: readonly number[];
  readonly windows: readonly WindowCounts[];
  /** How often a writer died or found the file locked over it. */
  attempts: number;
}

/** Some 500 exchanges to a block, and not more bytes in one than a writer likes to hold. */
export const BATCH_ITEMS = 500;
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * The ledger of what was handed to the writer: makes batches from the queue, and keeps each until it is stored or given up.
 * Nothing leaves it uncounted: drops, window counts and evictions of a batch that is given up go into the next one.
 */
export class Outbox {
  readonly sent: Sent[] = [];
  private unsentWindows: WindowCounts[] = [];
  private unsentEvicted: number[] = [];
  private nextNumber = 1;
  private readonly queue: WriteQueue;
  private readonly sampling: SamplingState;
  private readonly drops: DropCounts;

  constructor(queue: WriteQueue, sampling: SamplingState, drops: DropCounts) {
    this.queue = queue;
    this.sampling = sampling;
    this.drops = drops;
  }

  get isEmpty(): boolean {
    return this.queue.items === 0 && this.sent.length === 0;
  }

  /** The next batch, or undefined where there is nothing to tell. */
  next(): Sent | undefined {
    const exchanges = this.queue.take(BATCH_ITEMS, BATCH_BYTES);
    const drops = this.drops.takeUnwritten();
    const windows = [...this.unsentWindows.splice(0), ...this.sampling.takeCounts()];
    const evicted = [...this.unsentEvicted.splice(0), ...this.sampling.takeEvicted()];
    const isEmpty =
      exchanges.length + Object.keys(drops).length + windows.length + evicted.length === 0;
    if (isEmpty) return undefined;
    const sent: Sent = {
      number: this.takeNumber(),
      exchanges,
      drops,
      windows,
      evicted,
      attempts: 0,
    };
    this.sent.push(sent);
    return sent;
  }

  find(number: number): Sent | undefined {
    return this.sent.find((each) => each.number === number);
  }

  /** They are in the file. Gives how many exchanges they held. */
  stored(numbers: readonly number[]): number {
    let exchanges = 0;
    for (const number of numbers) exchanges += this.remove(number)?.exchanges.length ?? 0;
    return exchanges;
  }

  /** Puts it behind the others, under a new number. */
  renumber(sent: Sent): void {
    const at = this.sent.indexOf(sent);
    if (at >= 0) this.sent.splice(at, 1);
    sent.number = this.takeNumber();
    this.sent.push(sent);
  }

  /** A file knows of batches up to this one: later ones must be above. */
  skipNumbers(lastBatch: number): void {
    this.nextNumber = Math.max(this.nextNumber, lastBatch + 1);
  }

  giveUp(sent: Sent, reason: DropReason): void {
    this.remove(sent.number);
    if (sent.exchanges.length > 0) this.drops.add(reason, sent.exchanges.length);
    this.drops.putBack(sent.drops);
    this.unsentWindows = [...sent.windows, ...this.unsentWindows];
    this.unsentEvicted = [...sent.evicted, ...this.unsentEvicted];
  }

  giveUpSent(reason: DropReason): void {
    while (this.sent[0] !== undefined) this.giveUp(this.sent[0], reason);
  }

  /** What was sent, and what waits. */
  giveUpAll(reason: DropReason): void {
    this.giveUpSent(reason);
    const waiting = this.queue.take(Infinity, Infinity);
    this.queue.settled(waiting);
    if (waiting.length > 0) this.drops.add(reason, waiting.length);
  }

  /** Counts and evictions of a file that has ended mean nothing to the next. */
  forgetSampling(): void {
    this.unsentWindows = [];
    this.unsentEvicted = [];
  }

  private takeNumber(): number {
    this.nextNumber += 1;
    return this.nextNumber - 1;
  }

  private remove(number: number): Sent | undefined {
    const at = this.sent.findIndex((each) => each.number === number);
    const sent = at < 0 ? undefined : this.sent.splice(at, 1)[0];
    if (sent !== undefined) this.queue.settled(sent.exchanges);
    return sent;
  }
}
