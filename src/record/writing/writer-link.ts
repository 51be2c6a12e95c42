import type { Network } from "../../model/run.ts";
import type { NewRecording } from "../../recording/file.ts";
import type { FromWriter, WriteFailure } from "../../recording/frames.ts";
import type { DropCounts } from "../capture/drop-counts.ts";
import type { RecordedBatch } from "../capture/recording-consumer.ts";
import { Outbox } from "./outbox.ts";
import type { Sent } from "./outbox.ts";
import type { WriteQueue } from "./queue.ts";
import { startWriterChild } from "./writer-child.ts";
import type { WriterChild } from "./writer-child.ts";

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
  /** For the first writer to have the file open, ms. */
  readonly startMs: number;
}

/** Why there is no file at the start: the place can't be written to, or the writer itself does not run. */
export interface StartProblem {
  readonly kind: "file" | "writer";
  readonly message: string;
}

/** Frames on their way: enough for the writer to make whole blocks of, few enough to be sent again. */
const MOST_SENT = 64;
/** A frame that ended three writers is at fault itself. */
const MOST_ATTEMPTS = 3;
/** A writer that never had the file open and ends so often will not run here. */
const MOST_STARTS = 3;
/** Only while stopping: no wait that a person would notice. */
const DRAIN_POLL_MS = 5;

/** A bug in here must not end the process that passes the traffic: the next turn of the timer tries again. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}

/**
 * Feeds the writer process from the queue, starts it again when it dies, sends again what it had not stored, and counts what
 * had to be given up. Nobody ever waits for it.
 */
export class WriterLink {
  fileBytes = 0;
  /** Null once the file is open, or why it could not be opened at first. Comes within `startMs`. */
  readonly firstOpen: Promise<StartProblem | null>;
  private failedStarts = 0;
  private isStopped = false;
  private child: WriterChild | undefined;
  private isReady = false;
  private failure: string | null = null;
  private storedBefore = 0;
  private storedHere = 0;
  private pausedUntil = 0;
  private heardAt = 0;
  private mayExist = false;
  private openFailure: WriteFailure | undefined;
  private whenClosed: (() => void) | undefined;
  private opened: ((problem: StartProblem | null) => void) | undefined;
  private file: WriterFile;
  private readonly timer: NodeJS.Timeout;
  private readonly outbox: Outbox;
  private readonly queue: WriteQueue;
  private readonly drops: DropCounts;
  private readonly timing: WriterTiming;
  private readonly script: string | undefined;
  private readonly notice: (text: string) => void;

  constructor(
    file: WriterFile,
    queue: WriteQueue,
    drops: DropCounts,
    timing: WriterTiming,
    { script, notice = () => {} }: { script?: string; notice?: (text: string) => void } = {},
  ) {
    this.script = script;
    this.notice = notice;
    this.file = file;
    this.queue = queue;
    this.drops = drops;
    this.timing = timing;
    this.outbox = new Outbox(queue, drops);
    this.firstOpen = new Promise((resolve) => {
      const late = setTimeout(() => {
        const seconds = Math.round(timing.startMs / 1_000);
        resolve({ kind: "writer", message: `it did not open the file within ${seconds} s` });
      }, timing.startMs);
      this.opened = (problem) => {
        clearTimeout(late);
        resolve(problem);
      };
    });
    this.start();
    this.timer = setInterval(() => attempt(() => this.tick()), timing.flushMs);
  }

  /** Exchanges in all the files it has written. */
  get stored(): number {
    return this.storedBefore + this.storedHere;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Why nothing is being stored at the moment, or null. */
  get trouble(): string | null {
    return this.failure ?? (this.isReady ? null : "writer-starting");
  }

  get ready(): boolean {
    return this.isReady;
  }

  /** Exchanges whose fate is open: waiting or sent. */
  get undecided(): number {
    return this.queue.items;
  }

  /** Takes a frame and sends it on, or drops its exchanges where there is no room. */
  offer(batch: RecordedBatch): void {
    this.outbox.offer(batch);
    if (this.outbox.sent.length < MOST_SENT) attempt(() => this.flush());
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
    this.outbox.giveUpAll("shutdown");
    this.isReady = false;
    const child = this.child;
    this.child = undefined;
    this.isStopped = true;
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
    else this.outbox.giveUpAll("writer-died");
    this.child?.send({ kind: "close" });
    this.file = file;
    this.mayExist = false;
    this.isReady = false;
    this.outbox.forgetSampling();
    this.open();
  }

  /** Says which network the files are of, where it was not known. */
  setNetwork(network: Network): void {
    this.file = { ...this.file, header: { ...this.file.header, network } };
    this.child?.send({ kind: "network", network });
  }

  private start(): void {
    this.isReady = false;
    this.heardAt = performance.now();
    this.child = startWriterChild(
      (answer) => attempt(() => this.answered(answer)),
      (why) => attempt(() => this.died(why)),
      this.script,
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
    const waitsForIt = this.outbox.sent.length > 0 || !this.isReady;
    if (waitsForIt && this.openFailure === undefined && now - this.heardAt > this.timing.stallMs) {
      // It may hang in the kernel and not even die; a new one is tried once it has.
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
    while (this.outbox.sent.length < mostSent) {
      if (this.outbox.sent.length === 0) this.heardAt = performance.now();
      const sent = this.outbox.next();
      if (sent === undefined) return;
      this.send(sent);
      if (!this.queue.isWaiting) return;
    }
  }

  private send({ number, batch, drops, evicted, windows, gaps }: Sent): void {
    const head = { number, drops, evicted, windows, gaps };
    this.child?.send({ kind: "batch", batch: head }, batch?.payload);
  }

  private answered(answer: FromWriter): void {
    this.heardAt = performance.now();
    switch (answer.kind) {
      case "ready":
        this.isOpen(answer.lastBatch, answer.stored);
        return;
      case "stored":
        this.failure = null;
        this.fileBytes = answer.fileBytes;
        this.settle(answer.numbers, answer.stored);
        this.flush();
        return;
      case "failed":
        this.failure = answer.reason;
        this.failed(answer.number, answer.reason);
        return;
      case "open-failed":
        this.openFailure = answer.reason;
        this.failure = answer.reason;
        this.opened?.({ kind: "file", message: answer.message });
        this.pause();
        this.outbox.giveUpAll(answer.reason);
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
    this.failure = null;
    this.mayExist = true;
    this.opened?.(null);
    const { sent } = this.outbox;
    const there = sent.filter((each) => each.number <= lastBatch).map((each) => each.number);
    this.settle(there, stored);
    this.outbox.skipNumbers(lastBatch);
    this.isReady = true;
    for (const each of sent) this.send(each);
    this.flush();
  }

  /** @param stored exchanges in the file once these batches are in it */
  private settle(numbers: readonly number[], stored: number): void {
    // What the file lacks of the rows it was given has given up its place to others.
    const evicted = this.storedHere + this.outbox.stored(numbers) - stored;
    if (evicted > 0) this.drops.addWritten("sampled-out", evicted);
    this.storedHere = stored;
  }

  private failed(number: number, reason: WriteFailure): void {
    const sent = this.outbox.find(number);
    if (sent === undefined) return;
    sent.attempts += 1;
    this.pause();
    if (reason === "file-locked" && sent.attempts < MOST_ATTEMPTS) {
      this.outbox.renumber(sent);
      this.send(sent);
    } else this.outbox.giveUp(sent, reason);
  }

  private died(why: string): void {
    this.child = undefined;
    this.isReady = false;
    this.failure = "writer-died";
    if (!this.mayExist) {
      this.failedStarts += 1;
      if (this.failedStarts >= MOST_STARTS) this.opened?.({ kind: "writer", message: why });
    }
    if (!this.isStopped) this.notice(`The writer ended and is started again: ${why}`);
    const [first] = this.outbox.sent;
    // The oldest may be what killed it; the others were behind it.
    if (first !== undefined) {
      first.attempts += 1;
      if (first.attempts >= MOST_ATTEMPTS) this.outbox.giveUp(first, "writer-died");
    }
    this.pause();
    this.whenClosed?.();
  }

  private fileEnded(): void {
    // Locked ones that were to be sent again.
    this.outbox.giveUpSent("file-locked");
    this.storedBefore += this.storedHere;
    this.storedHere = 0;
    this.fileBytes = 0;
    this.whenClosed?.();
  }

  private pause(): void {
    this.pausedUntil = performance.now() + this.timing.retryMs;
  }

  private async drained(deadline: number): Promise<boolean> {
    while (performance.now() < deadline) {
      this.pausedUntil = 0;
      if (this.child === undefined) this.start();
      this.flush();
      if (this.isReady && this.outbox.isEmpty) return true;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    return false;
  }

  private async closeFile(deadline: number): Promise<boolean> {
    return await new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), Math.max(1, deadline - performance.now()));
      this.whenClosed = () => {
        clearTimeout(late);
        this.whenClosed = undefined;
        resolve(this.child !== undefined);
      };
      this.child?.send({ kind: "close" });
    });
  }
}
