import type { DropReason, WireExchange } from "./captured.ts";

/**
 * What a stage plugs into the capture thread: a module, named by its URL, that exports `createConsumer`. The thread reads what
 * passes, pairs requests with answers, undoes content-encodings, and hands over each exchange in clear, inside the process:
 * `record` redacts, samples and encodes them there; `shadow` compares them.
 *
 * ```ts
 * export const createConsumer: CreateConsumer<Options> = (options, context) => ({
 *   exchange(exchange) { … },                  // returns at once; work of its own goes on beside it
 *   message(message) { … },                    // what CaptureThread.send() was given
 *   async end() { … },                         // no more exchanges come; resolves when it has settled all of them
 * });
 * ```
 *
 * Rules: every exchange handed over is settled exactly once, by `context.drop` or by a `context.post` that says how many it
 * stands for; what a consumer holds is bounded by itself. A consumer that throws costs that exchange (`capture-error`); one
 * that does not come back, fills the heap or dies is ended with its thread, a new one is made with the same options, and
 * what it had not settled is counted as `capture-restarted`.
 */
export type CreateConsumer<Options> = (
  options: Options,
  context: ConsumerContext,
) => CaptureConsumer | Promise<CaptureConsumer>;

export interface CaptureConsumer {
  /** An exchange in clear: bodies decoded, secrets in it. Must not keep anyone waiting. */
  exchange(exchange: WireExchange): void;
  /** Something from the traffic thread, in the order it was sent. */
  message?(message: unknown): void;
  /** The last turn; what is not settled when it resolves is dropped as `shutdown`. */
  end?(): void | Promise<void>;
}

export interface ConsumerContext {
  /**
   * Tells the traffic thread something, in order (`CaptureThreadOptions.onMessage`). `settles`: exchanges that are off the
   * consumer's hands with it. `transfer`: buffers to give away instead of copying.
   */
  post(message: unknown, settles?: number, transfer?: readonly ArrayBuffer[]): void;
  /** Exchanges that are not taken, and why. */
  drop(reason: DropReason, exchanges?: number): void;
  /** Why the traffic thread takes nothing at the moment (the queue or the file is full), or null: ask before costly work. */
  readonly closed: () => DropReason | null;
}

/** Names a consumer: the URL of its module, and what gives its options, which are cloned into each thread that is made. */
export interface ConsumerSpec {
  /** `new URL("./my-consumer" + extension, import.meta.url).href`, with the extension of the file that names it. */
  readonly module: string;
  readonly options: () => unknown;
}
