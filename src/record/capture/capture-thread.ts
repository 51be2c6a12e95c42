import { Worker } from "node:worker_threads";
import { messageOf } from "../../errors.ts";
import { EXTENSION } from "../writing/extension.ts";
import type { DropReason } from "./captured.ts";
import type { ConsumerSpec } from "./consumer.ts";
import type { MemoryShares } from "./memory.ts";
import { RingWriter, ringMemory } from "./ring.ts";
import { CLOSED_REASONS, sharedState, sharedStateMemory } from "./shared-state.ts";
import type { ClosedReason, SharedState } from "./shared-state.ts";
import type { FromCapture, ToCapture, WorkerSetup } from "./thread-messages.ts";

export interface CaptureThreadOptions {
  /** A proxy's connections have answers; a sink's have requests only. */
  readonly mode: WorkerSetup["mode"];
  readonly memory: MemoryShares;
  readonly maxBodyBytes: number;
  readonly consumer: ConsumerSpec;
  /** A thread that has something to read and reads nothing for so long is replaced, ms. */
  readonly stallMs: number;
  /** What the consumer posted; `settles` exchanges are off its hands with it. */
  onMessage(message: unknown, settles: number): void;
  onDrop(reason: DropReason, exchanges: number): void;
  /** Bytes that can't be told apart into exchanges, and of how many connections they are the first ones. */
  onUnread(reason: DropReason, connections: number, bytes: number): void;
  /** What one of the first bodies that did not decode looks like. */
  onUndecoded?(what: string): void;
  /** The thread ended and a new one is made: bytes that nobody read, and why, in a line for a person. */
  onRestart(loss: { readonly bytes: number; readonly why: string }): void;
}

/** Connections by whether something is under way on them; those of which that can't be told are in neither list. */
export interface IdleConnections {
  readonly idle: readonly number[];
  readonly busy: readonly number[];
}

/** What a JSON value costs on the heap at least, with the text around it. */
const BYTES_OF_A_VALUE = 400;
/** However little memory is given, a body of an ordinary block with its transactions is parsed. */
const FEWEST_VALUES = 50_000;
/** A thread that is stuck is found soon after its time is over. */
const WATCH_MS = 250;
/** For a thread to load its programs, on a machine that has much else to do. */
const LOAD_MS = 30_000;
/** Doubled with each end in a row, as a thread that always ends must not eat the processor. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** One that worked so long has not ended over its start. */
const WORKED_MS = 60_000;
/** Connections that ended a thread are remembered: the last of them, as closed ones do not come back. */
const MOST_EXCLUDED = 100;
/** Bounded as well, so that the thread keeps to the memory that it was given. */
const YOUNG_MIB = 16;

/**
 * The thread that reads what passes, with the ring before it. Nobody waits for it: what it can't take is refused and counted, and
 * when it stalls, crashes or fills its heap it is ended and made anew. Settled exchanges and `arrived` always add up:
 * what a thread had in its hands when it ended is dropped as `capture-restarted`.
 */
export class CaptureThread {
  readonly ring: RingWriter;
  readonly state: SharedState;
  /** How often it had to be made anew. */
  restarts = 0;
  private worker: Worker | undefined;
  private settled = 0;
  private stopping = false;
  private isReading = false;
  private lastProgress = 0;
  private progressAt = 0;
  private startedAt = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private startAt = 0;
  private stallWhy: string | undefined;
  private firstReady: ((problem: string | null) => void) | undefined;
  private whenEnded: (() => void) | undefined;
  private whenIdle: ((known: IdleConnections) => void) | undefined;
  private readonly excluded: number[] = [];
  private readonly ringMemory: SharedArrayBuffer;
  private readonly stateMemory = sharedStateMemory();
  private readonly timer: NodeJS.Timeout;
  private readonly options: CaptureThreadOptions;

  constructor(options: CaptureThreadOptions) {
    this.options = options;
    this.ringMemory = ringMemory(options.memory.ringBytes);
    this.ring = new RingWriter(this.ringMemory);
    this.state = sharedState(this.stateMemory);
    this.start();
    this.timer = setInterval(() => this.watch(), WATCH_MS);
  }

  /** Null once the first thread reads, or why there is none; `limitMs` at most. */
  async ready(limitMs: number): Promise<string | null> {
    return await new Promise((resolve) => {
      const late = setTimeout(() => resolve("it did not start in time"), limitMs);
      this.firstReady = (problem) => {
        clearTimeout(late);
        resolve(problem);
      };
    });
  }

  /** Whether something reads what passes. */
  get isUp(): boolean {
    return this.worker !== undefined;
  }

  /** Exchanges that arrived, and those of them that are neither dropped nor told of by the consumer. */
  get totals(): { readonly arrived: number; readonly open: number } {
    const { arrived } = this.state;
    return { arrived, open: arrived - this.settled };
  }

  /** Tells the consumer something. Gives false where there is none at the moment: a new one starts from its options. */
  send(message: unknown): boolean {
    if (this.worker === undefined) return false;
    const wrapped: ToCapture = { kind: "consumer", message };
    this.worker.postMessage(wrapped, []);
    return true;
  }

  /** Asks which connections have nothing under way; told once what passed until now has been read, or not at all. */
  askIdle(told: (known: IdleConnections) => void): void {
    this.whenIdle = told;
    const message: ToCapture = { kind: "idle" };
    this.worker?.postMessage(message, []);
  }

  /** Says that nothing can be taken at the moment, and why; null opens it again. */
  close(reason: ClosedReason): void {
    this.state.closed = CLOSED_REASONS.indexOf(reason);
  }

  /** Reads what is in the ring, lets the consumer end, and ends the thread; what is open after `limitMs` is dropped. */
  async stop(limitMs: number): Promise<void> {
    this.stopping = true;
    const { worker } = this;
    if (worker !== undefined) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, limitMs);
        this.whenEnded = () => {
          clearTimeout(late);
          resolve();
        };
        const message: ToCapture = { kind: "end" };
        worker.postMessage(message, []);
      });
      await worker.terminate();
    }
    clearInterval(this.timer);
    this.settleRest("shutdown");
  }

  private start(): void {
    const { mode, memory, maxBodyBytes, consumer } = this.options;
    const setup: WorkerSetup = {
      mode,
      ring: this.ringMemory,
      state: this.stateMemory,
      heldBytes: memory.heldBytes,
      maxBodyBytes,
      mostValues: Math.max(
        FEWEST_VALUES,
        Math.floor((memory.heapMib * 1024 * 1024) / BYTES_OF_A_VALUE),
      ),
      consumer: { module: consumer.module, options: consumer.options() },
      excluded: this.excluded,
    };
    this.isReading = false;
    this.startedAt = performance.now();
    this.progressAt = this.startedAt;
    this.state.takenBytes = 0;
    let why = "it ended by itself";
    let worker: Worker;
    try {
      worker = new Worker(new URL(`./capture-worker${EXTENSION}`, import.meta.url), {
        workerData: setup,
        name: "capture",
        execArgv: ["--no-warnings"],
        resourceLimits: {
          maxOldGenerationSizeMb: memory.heapMib,
          maxYoungGenerationSizeMb: YOUNG_MIB,
        },
      });
    } catch (error) {
      this.ended(messageOf(error));
      return;
    }
    this.worker = worker;
    worker.on("message", (message: FromCapture) => this.heard(message));
    worker.on("error", (error) => {
      why = messageOf(error);
    });
    worker.on("exit", () => {
      if (this.worker === worker) this.ended(this.stallWhy ?? why);
    });
    // Whoever started it decides how long the process lives.
    worker.unref();
  }

  private heard(message: FromCapture): void {
    switch (message.kind) {
      case "ready":
        this.isReading = true;
        this.progressAt = performance.now();
        this.firstReady?.(null);
        return;
      case "drops":
        for (const [reason, exchanges] of Object.entries(message.drops)) {
          this.settled += exchanges;
          this.options.onDrop(reason as DropReason, exchanges);
        }
        return;
      case "unread":
        this.options.onUnread(message.reason, message.connections, message.bytes);
        return;
      case "undecoded":
        this.options.onUndecoded?.(message.what);
        return;
      case "idle":
        this.whenIdle?.(message);
        return;
      case "consumer":
        this.settled += message.settles;
        this.options.onMessage(message.message, message.settles);
        return;
      case "ended":
        this.whenEnded?.();
        return;
      default:
        message satisfies never;
    }
  }

  private ended(why: string): void {
    this.worker = undefined;
    this.stallWhy = undefined;
    this.whenEnded?.();
    if (this.stopping) return;
    this.restarts += 1;
    const now = performance.now();
    this.pauseMs =
      now - this.startedAt > WORKED_MS
        ? FIRST_PAUSE_MS
        : Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
    this.startAt = now + this.pauseMs;
    if (this.state.takenBytes > 0) {
      this.excluded.push(this.state.connection);
      if (this.excluded.length > MOST_EXCLUDED) this.excluded.shift();
    }
    this.settleRest("capture-restarted");
    this.options.onRestart({ bytes: this.state.takenBytes, why });
    this.firstReady?.(why);
  }

  private settleRest(reason: DropReason): void {
    const rest = this.totals.open;
    this.state.underWay = 0;
    if (rest <= 0) return;
    this.settled += rest;
    this.options.onDrop(reason, rest);
  }

  private watch(): void {
    const now = performance.now();
    if (this.worker === undefined) {
      if (!this.stopping && now >= this.startAt) this.start();
      return;
    }
    const limitMs = this.isReading ? this.options.stallMs : LOAD_MS;
    const hasWork = !this.ring.isEmpty || this.state.takenBytes > 0;
    if (this.state.progress !== this.lastProgress || !hasWork) {
      this.lastProgress = this.state.progress;
      this.progressAt = now;
    } else if (now - this.progressAt > limitMs && this.stallWhy === undefined) {
      this.stallWhy = `it read nothing for ${Math.round(limitMs / 1_000)} s`;
      void this.worker.terminate();
    }
  }
}
