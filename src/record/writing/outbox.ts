import type { WindowCounts } from "../../model/recording.ts";
import type { Gap } from "../../recording/batch.ts";
import type { DropReason } from "../capture/captured.ts";
import type { DropCounts } from "../capture/drop-counts.ts";
import type { RecordedBatch } from "../capture/recording-consumer.ts";
import type { WriteQueue } from "./queue.ts";

/** A frame on its way: sent, and not known to be stored. */
export interface Sent {
  /** A new one when it is sent again after a failure: those sent behind it may be stored by then. */
  number: number;
  readonly batch: RecordedBatch | null;
  readonly drops: Readonly<Record<string, number>>;
  readonly evicted: readonly number[];
  readonly windows: readonly WindowCounts[];
  readonly gaps: readonly Gap[];
  /** How often a writer died or found the file locked over it. */
  attempts: number;
}

/**
 * The ledger of what was handed to the writer: numbers each frame, and keeps it until it is stored or given up. Nothing leaves
 * it uncounted: drops, window counts and evictions of a frame that is given up go into the next one.
 */
export class Outbox {
  readonly sent: Sent[] = [];
  private unsentWindows: WindowCounts[] = [];
  private unsentEvicted: number[] = [];
  private unsentGaps: Gap[] = [];
  private nextNumber = 1;
  private readonly queue: WriteQueue;
  private readonly drops: DropCounts;

  constructor(queue: WriteQueue, drops: DropCounts) {
    this.queue = queue;
    this.drops = drops;
  }

  get isEmpty(): boolean {
    return this.queue.items === 0 && this.sent.length === 0;
  }

  /** Takes a frame in, or drops its exchanges as `queue-full`. */
  offer(batch: RecordedBatch): void {
    if (this.queue.tryPush(batch)) return;
    this.refuse(batch, "queue-full");
  }

  /** The next frame, or undefined where there is nothing to tell. */
  next(): Sent | undefined {
    const batch = this.queue.take() ?? null;
    const drops = this.drops.takeUnwritten();
    const windows = [...this.unsentWindows.splice(0), ...(batch?.windows ?? [])];
    const evicted = [...this.unsentEvicted.splice(0), ...(batch?.evicted ?? [])];
    const gaps = [...this.unsentGaps.splice(0), ...this.drops.takeGaps()];
    const rest = Object.keys(drops).length + windows.length + evicted.length + gaps.length;
    const isEmpty = batch === null && rest === 0;
    if (isEmpty) return undefined;
    const number = this.takeNumber();
    const sent: Sent = { number, batch, drops, windows, evicted, gaps, attempts: 0 };
    this.sent.push(sent);
    return sent;
  }

  find(number: number): Sent | undefined {
    return this.sent.find((each) => each.number === number);
  }

  /** They are in the file. Gives how many exchanges they held. */
  stored(numbers: readonly number[]): number {
    let exchanges = 0;
    for (const number of numbers) exchanges += this.remove(number)?.batch?.exchanges ?? 0;
    return exchanges;
  }

  /** Puts it behind the others, under a new number. */
  renumber(sent: Sent): void {
    const at = this.sent.indexOf(sent);
    if (at >= 0) this.sent.splice(at, 1);
    sent.number = this.takeNumber();
    this.sent.push(sent);
  }

  /** A file knows of frames up to this one: later ones must be above. */
  skipNumbers(lastBatch: number): void {
    this.nextNumber = Math.max(this.nextNumber, lastBatch + 1);
  }

  giveUp(sent: Sent, reason: DropReason): void {
    this.remove(sent.number);
    const exchanges = sent.batch?.exchanges ?? 0;
    if (exchanges > 0) this.drops.add(reason, exchanges);
    this.drops.putBack(sent.drops);
    this.unsentWindows = [...sent.windows, ...this.unsentWindows];
    this.unsentEvicted = [...sent.evicted, ...this.unsentEvicted];
    this.unsentGaps = [...sent.gaps, ...this.unsentGaps];
  }

  giveUpSent(reason: DropReason): void {
    while (this.sent[0] !== undefined) this.giveUp(this.sent[0], reason);
  }

  /** What was sent, and what waits. */
  giveUpAll(reason: DropReason): void {
    this.giveUpSent(reason);
    for (let batch = this.queue.take(); batch !== undefined; batch = this.queue.take()) {
      this.queue.settled(batch);
      this.refuse(batch, reason);
    }
  }

  /** Counts and evictions of a file that has ended mean nothing to the next. */
  forgetSampling(): void {
    this.unsentWindows = [];
    this.unsentEvicted = [];
  }

  private refuse(batch: RecordedBatch, reason: DropReason): void {
    if (batch.exchanges > 0) this.drops.add(reason, batch.exchanges);
    this.unsentWindows.push(...batch.windows);
    this.unsentEvicted.push(...batch.evicted);
  }

  private takeNumber(): number {
    this.nextNumber += 1;
    return this.nextNumber - 1;
  }

  private remove(number: number): Sent | undefined {
    const at = this.sent.findIndex((each) => each.number === number);
    const sent = at < 0 ? undefined : this.sent.splice(at, 1)[0];
    if (sent?.batch) this.queue.settled(sent.batch);
    return sent;
  }
}
