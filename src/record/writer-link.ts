import type { WindowCounts } from "../recording/batch.ts";
import type { NewRecording } from "../recording/file.ts";
import { toTuple } from "../recording/frames.ts";
import type { FromWriter, WriteFailure } from "../recording/frames.ts";
import type { DropReason } from "./captured.ts";
import type { DropCounts } from "./drop-counts.ts";
import type { QueuedExchange, WriteQueue } from "./queue.ts";
import { startWriterChild } from "./writer-child.ts";
import type { WriterChild } from "./writer-child.ts";

/** What the link needs from the sampler when it sends. */
export interface Pending {
  takeCounts(): WindowCounts[];
  takeEvicted(): number[];
}

export interface WriterFile {
  readonly path: string;
  readonly header: NewRecording;
  readonly minFreeBytes: number;
}

export interface WriterTiming {
  /** Between two flushes, ms: what a SIGKILL may lose. */
  readonly flushMs: number;
  /** A writer that says nothing for so long while it has work is replaced, ms. */
  readonly stallMs: number;
  /** After a failure, ms. */
  readonly retryMs: number;
}

interface Sent {
  /** A new one when it is sent again after a failure: those sent behind it may be stored by then. */
  number: number;
  readonly exchanges: readonly QueuedExchange[];
  readonly drops: Readonly<Record<string, number>>;
  readonly evicted: readonly number[];
  readonly windows: readonly WindowCounts[];
  /** How often a writer died or stayed locked over it. */
  attempts: number;
}

/** Some 500 exchanges to a block, and not more bytes in one than a writer likes to hold. */
const BATCH_ITEMS = 500;
const BATCH_BYTES = 8 * 1024 * 1024;
/** Batches on their way: enough to keep the writer busy, few enough to be sent again. */
const MOST_SENT = 4;
const MOST_ATTEMPTS = 3;

/**
 * Feeds the writer process from the queue, starts it again when it dies, sends again what it had not stored, and counts what
 * had to be given up. Nobody ever waits for it.
 */
export class WriterLink {
  fileBytes = 0;
  private storedBefore = 0;
  private storedHere = 0;
  private child: WriterChild | undefined;
  private isReady = false;
  private sent: Sent[] = [];
  private unsentWindows: WindowCounts[] = [];
  private unsentEvicted: number[] = [];
  private nextNumber = 1;
  private rowsStored = 0;
  private pausedUntil = 0;
  private heardAt = 0;
  private mayExist = false;
  private openFailure: WriteFailure | undefined;
  private stopping: (() => void) | undefined;
  private opened: ((problem: string | null) => void) | undefined;
  /** Null once the file is open, or why it could not be opened at first. */
  readonly firstOpen: Promise<string | null>;
  private readonly timer: NodeJS.Timeout;
  private readonly queue: WriteQueue;
  private readonly pending: Pending;
  private readonly drops: DropCounts;
  private readonly timing: WriterTiming;
  private file: WriterFile;

  constructor(
    file: WriterFile,
    queue: WriteQueue,
    pending: Pending,
    drops: DropCounts,
    timing: WriterTiming,
  ) {
    this.file = file;
    this.queue = queue;
    this.pending = pending;
    this.drops = drops;
    this.timing = timing;
    this.firstOpen = new Promise((resolve) => {
      this.opened = resolve;
    });
    this.start();
    this.timer = setInterval(() => this.tick(), timing.flushMs);
  }

  /** Exchanges in all the files it has written. */
  get stored(): number {
    return this.storedBefore + this.storedHere;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get ready(): boolean {
    return this.isReady;
  }

  /** Exchanges whose fate is open: waiting or sent. */
  get undecided(): number {
    return this.queue.items;
  }

  /** Called after a push: sends at once when a block is full. */
  pushed(): void {
    if (this.queue.waitingItems >= BATCH_ITEMS && this.sent.length < MOST_SENT) this.flush();
  }

  /**
   * Writes what is left, ends the file and the writer; what is not stored after `drainMs` is dropped as `shutdown`.
   * Resolves false where the file could not be closed properly (it opens all the same).
   */
  async stop(drainMs: number): Promise<boolean> {
    const deadline = performance.now() + drainMs;
    const inTime = await this.drained(deadline);
    clearInterval(this.timer);
    const closed = inTime && (await this.closeFile(deadline));
    if (!inTime) {
      const left = this.queue.items;
      if (left > 0) this.drops.add("shutdown", left);
      this.queue.settled(this.queue.take(left, Infinity));
      for (const sent of this.sent.splice(0)) this.queue.settled(sent.exchanges);
    }
    this.isReady = false;
    const child = this.child;
    this.child = undefined;
    if (closed) child?.end();
    else child?.kill();
    return closed;
  }

  /**
   * Goes on in another file: all that came so far goes to the old one, all that comes from now on to the new one. The caller
   * starts its sampling anew in the same turn.
   */
  rotate(file: WriterFile): void {
    if (this.isReady) this.flush(Infinity);
    else this.giveUpAll("writer-died");
    this.child?.send({ kind: "close" });
    this.file = file;
    this.mayExist = false;
    this.isReady = false;
    this.unsentWindows = [];
    this.unsentEvicted = [];
    this.open();
  }

  private start(): void {
    this.isReady = false;
    this.heardAt = performance.now();
    this.child = startWriterChild(
      (answer) => this.answered(answer),
      () => this.died(),
    );
    this.open();
  }

  private open(): void {
    const { path, header, minFreeBytes } = this.file;
    this.child?.send({ kind: "open", path, header, minFreeBytes, mayExist: this.mayExist });
  }

  private tick(): void {
    const now = performance.now();
    if (this.child === undefined) {
      if (now >= this.pausedUntil) this.start();
      return;
    }
    const waitsForIt = this.sent.length > 0 || !this.isReady;
    if (waitsForIt && this.openFailure === undefined && now - this.heardAt > this.timing.stallMs) {
      // It may hang in the kernel and not even die; a new one is tried all the same.
      this.child.kill();
      return;
    }
    if (this.openFailure !== undefined && now >= this.pausedUntil) {
      this.openFailure = undefined;
      this.open();
    }
    this.flush();
  }

  private flush(mostSent = MOST_SENT): void {
    const paused = performance.now() < this.pausedUntil && mostSent === MOST_SENT;
    if (!this.isReady || paused) return;
    while (this.sent.length < mostSent) {
      const exchanges = this.queue.take(BATCH_ITEMS, BATCH_BYTES);
      const drops = this.drops.takeUnwritten();
      const windows = [...this.unsentWindows.splice(0), ...this.pending.takeCounts()];
      const evicted = [...this.unsentEvicted.splice(0), ...this.pending.takeEvicted()];
      const isEmpty =
        exchanges.length + Object.keys(drops).length + windows.length + evicted.length === 0;
      if (isEmpty) return;
      const sent = { number: this.nextNumber, exchanges, drops, windows, evicted, attempts: 0 };
      this.nextNumber += 1;
      if (this.sent.length === 0) this.heardAt = performance.now();
      this.sent.push(sent);
      this.send(sent);
      if (this.queue.waitingItems === 0) return;
    }
  }

  private send(sent: Sent): void {
    const { number, exchanges, drops, evicted, windows } = sent;
    const rows = exchanges.map((exchange) => toTuple(exchange.row));
    const records = exchanges.map((exchange) => exchange.record);
    const lengths = records.map((record) => record.length);
    const batch = { number, drops, evicted, windows };
    this.child?.send({ kind: "batch", batch, rows, lengths }, records);
  }

  private answered(answer: FromWriter): void {
    this.heardAt = performance.now();
    switch (answer.kind) {
      case "ready":
        this.isOpen(answer.lastBatch, answer.stored);
        return;
      case "stored":
        this.fileBytes = answer.fileBytes;
        this.finish([answer.number], answer.stored);
        this.flush();
        return;
      case "failed":
        this.failed(answer.number, answer.reason);
        return;
      case "open-failed":
        this.openFailure = answer.reason;
        this.opened?.(answer.message);
        this.pause();
        this.giveUpAll(answer.reason);
        return;
      case "closed":
      case "close-failed":
        this.fileEnded();
        return;
      default:
        answer satisfies never;
    }
  }

  /** A writer has the file open: what it does not have is sent again, in order. */
  private isOpen(lastBatch: number, stored: number): void {
    this.openFailure = undefined;
    this.mayExist = true;
    this.opened?.(null);
    const there = this.sent.filter((each) => each.number <= lastBatch);
    this.finish(
      there.map((each) => each.number),
      stored,
    );
    this.nextNumber = Math.max(this.nextNumber, lastBatch + 1);
    this.storedHere = stored;
    this.isReady = true;
    for (const sent of this.sent) this.send(sent);
    this.flush();
  }

  private finish(numbers: readonly number[], stored: number): void {
    for (const number of numbers) {
      const sent = this.forget(number);
      if (sent === undefined) continue;
      this.queue.settled(sent.exchanges);
      this.rowsStored += sent.exchanges.length;
    }
    // What the file lacks of the rows it was given has given up its place to others.
    const evicted = this.rowsStored - stored;
    if (evicted > 0) this.drops.addWritten("sampled-out", evicted);
    this.rowsStored = stored;
    this.storedHere = stored;
  }

  private failed(number: number, reason: WriteFailure): void {
    const sent = this.sent.find((each) => each.number === number);
    if (sent === undefined) return;
    sent.attempts += 1;
    this.pause();
    if (reason === "file-locked" && sent.attempts < MOST_ATTEMPTS) this.sendAgain(sent);
    else this.giveUp(sent, reason);
  }

  private sendAgain(sent: Sent): void {
    this.forget(sent.number);
    sent.number = this.nextNumber;
    this.nextNumber += 1;
    this.sent.push(sent);
    this.send(sent);
  }

  private died(): void {
    this.child = undefined;
    this.isReady = false;
    const first = this.sent[0];
    // The oldest may be what killed it; the others were behind it.
    if (first !== undefined) {
      first.attempts += 1;
      if (first.attempts >= MOST_ATTEMPTS) this.giveUp(first, "writer-died");
    }
    this.pause();
    this.stopping?.();
  }

  private fileEnded(): void {
    // Locked ones that were to be sent again.
    while (this.sent[0] !== undefined) this.giveUp(this.sent[0], "file-locked");
    this.storedBefore += this.storedHere;
    this.storedHere = 0;
    this.rowsStored = 0;
    this.fileBytes = 0;
    this.stopping?.();
  }

  private giveUpAll(reason: DropReason): void {
    while (this.sent[0] !== undefined) this.giveUp(this.sent[0], reason);
    const waiting = this.queue.take(Infinity, Infinity);
    this.queue.settled(waiting);
    if (waiting.length > 0) this.drops.add(reason, waiting.length);
  }

  private giveUp(sent: Sent, reason: DropReason): void {
    this.forget(sent.number);
    this.queue.settled(sent.exchanges);
    if (sent.exchanges.length > 0) this.drops.add(reason, sent.exchanges.length);
    this.drops.putBack(sent.drops);
    this.unsentWindows = [...sent.windows, ...this.unsentWindows];
    this.unsentEvicted = [...sent.evicted, ...this.unsentEvicted];
  }

  private forget(number: number): Sent | undefined {
    const at = this.sent.findIndex((each) => each.number === number);
    return at < 0 ? undefined : this.sent.splice(at, 1)[0];
  }

  private pause(): void {
    this.pausedUntil = performance.now() + this.timing.retryMs;
  }

  private async drained(deadline: number): Promise<boolean> {
    while (performance.now() < deadline) {
      this.pausedUntil = 0;
      if (this.child === undefined) this.start();
      this.flush();
      if (this.isReady && this.queue.items === 0 && this.sent.length === 0) return true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return false;
  }

  private async closeFile(deadline: number): Promise<boolean> {
    return await new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), Math.max(1, deadline - performance.now()));
      this.stopping = () => {
        clearTimeout(late);
        this.stopping = undefined;
        resolve(this.child !== undefined);
      };
      this.child?.send({ kind: "close" });
    });
  }
}
