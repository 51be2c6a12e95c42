import type { RecordingOptions, FromRecording, ToRecording } from "./recording-consumer.ts";
import type { RecorderOptions } from "../recorder-options.ts";
import { EXTENSION } from "../writing/extension.ts";
import type { WriteQueue } from "../writing/queue.ts";
import type { WriterLink } from "../writing/writer-link.ts";
import { CaptureThread } from "./capture-thread.ts";
import type { DropCounts } from "./drop-counts.ts";
import type { MemoryShares } from "./memory.ts";
import type { ClosedReason } from "./shared-state.ts";
import { TrafficTap } from "./traffic-tap.ts";
import type { Clocks } from "./traffic-tap.ts";

export interface CaptureOf {
  readonly options: RecorderOptions;
  readonly memory: MemoryShares;
  readonly clocks: Clocks;
  readonly link: WriterLink;
  readonly queue: WriteQueue;
  readonly drops: DropCounts;
  /** Whether the recording has reached its size. */
  readonly isFull: () => boolean;
  /** A node said to a client which chain it is on. */
  readonly onChain: (chainId: string) => void;
}

/** A capture thread that records: its frames go to the writer, its losses to the counts. */
export class RecordingCapture {
  readonly thread: CaptureThread;
  readonly tap: TrafficTap;
  private window = 1;
  private windowStartedAt: number;
  private rotation: (() => void) | undefined;
  private closed: ClosedReason = null;
  private readonly parts: CaptureOf;

  constructor(parts: CaptureOf) {
    this.parts = parts;
    const { options, memory, clocks, drops } = parts;
    this.windowStartedAt = clocks.now();
    const consumerOptions = (): RecordingOptions => ({
      rules: options.rules,
      key: options.key,
      sampling: options.sampling,
      redactorModule: options.redactorModule ?? null,
      window: this.window,
      startedAt: this.windowStartedAt,
      flushMs: options.timing.flushMs,
    });
    this.thread = new CaptureThread({
      mode: options.target === null ? "sink" : "proxy",
      memory,
      maxBodyBytes: options.limits.maxBodyBytes,
      stallMs: options.captureStallMs ?? 5_000,
      consumer: {
        module: new URL(`./recording-consumer${EXTENSION}`, import.meta.url).href,
        options: consumerOptions,
      },
      onMessage: (message) => this.heard(message as FromRecording),
      onDrop: (reason, exchanges) => drops.add(reason, exchanges),
      onUnread: (reason, connections, bytes) =>
        drops.unread(clocks.now(), reason, connections, bytes),
      onUndecoded: (what) => options.notice?.(`An exchange is left out as undecodable: ${what}`),
      onRestart: ({ bytes, why }) => this.restarted(bytes, why),
    });
    this.tap = new TrafficTap(this.thread, clocks, (connections, bytes, reason) =>
      drops.unread(clocks.now(), reason, connections, bytes),
    );
  }

  nextWindow(startedAt: number): void {
    this.window += 1;
    this.windowStartedAt = startedAt;
    this.send("window", startedAt);
  }

  /** Calls `then` once all that belongs into the file before has been handed to the writer. */
  rotate(startedAt: number, then: () => void): void {
    this.window = 1;
    this.windowStartedAt = startedAt;
    this.rotation?.();
    this.rotation = then;
    if (!this.send("rotate", startedAt)) this.rotateNow();
  }

  private send(kind: ToRecording["kind"], startedAt: number): boolean {
    const message: ToRecording = { kind, startedAt };
    return this.thread.send(message);
  }

  private heard(message: FromRecording): void {
    if (message.kind === "rotated") this.rotateNow();
    else if (message.kind === "chain") this.parts.onChain(message.chainId);
    else this.parts.link.offer(message);
    this.look();
  }

  /** Tells the thread whether anything can be taken at the moment. */
  look(): void {
    const { isFull, queue } = this.parts;
    this.closed = isFull() ? "size-limit" : queue.isFull ? "queue-full" : null;
    this.thread.close(this.closed);
  }

  /** Why nothing is taken at the moment, or null. */
  get trouble(): string | null {
    if (this.tap.off) return "capture-error";
    if (!this.thread.isUp) return "capture-restarted";
    return this.closed;
  }

  private rotateNow(): void {
    const { rotation } = this;
    this.rotation = undefined;
    rotation?.();
  }

  /** What it had sampled is forgotten: what comes now is a window of its own. */
  private restarted(bytes: number, why: string): void {
    const { clocks, drops, options } = this.parts;
    drops.unread(clocks.now(), "capture-restarted", this.tap.connections, bytes);
    this.window += 1;
    this.windowStartedAt = clocks.now();
    this.rotateNow();
    options.notice?.(`The capture thread ended and is started again: ${why}`);
  }
}
