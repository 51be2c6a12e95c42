import type { ExchangeResult } from "../model/comparison.ts";
import type { Progress } from "../model/progress.ts";
import type { RunStore } from "../runs/store.ts";
import { messageOf } from "../errors.ts";
import { plural, whole } from "../words.ts";

interface StoreOptions {
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly onProgress?: (progress: Progress) => void;
  /** Exchanges that there are; left out where it is not known. */
  readonly total?: number;
}

/** What SIGKILL may cost. */
const FLUSH_EVERY_MS = 1_000;

/**
 * Results to run.sqlite: what replay, compare and later shadow all end in. Gives back why the run is incomplete, or null.
 * An interruption keeps what was done and marks the run; a source that fails does so too, and its error goes on.
 */
export async function storeRun(
  store: RunStore,
  results: AsyncIterable<readonly ExchangeResult[]>,
  { signal, now, onProgress, total }: StoreOptions,
): Promise<string | null> {
  const resumed = store.exchanges();
  const progress = { exchanges: resumed, resumed, calls: 0, different: 0, uncomparable: 0 };
  const reached = (): string =>
    total === undefined
      ? ""
      : ` after ${whole(progress.exchanges)} of ${plural(total, "exchange")}`;
  let flushedAt = now().getTime();
  try {
    for await (const batch of results) {
      for (const result of batch) {
        store.add(result);
        if (result.beside !== true) progress.exchanges += 1;
        for (const { state } of result.comparisons) {
          progress.calls += 1;
          if (state === "different") progress.different += 1;
          if (state === "uncomparable") progress.uncomparable += 1;
        }
      }
      if (now().getTime() - flushedAt >= FLUSH_EVERY_MS) {
        store.flush();
        onProgress?.(progress);
        flushedAt = now().getTime();
      }
    }
  } catch (error) {
    store.finish(`${messageOf(error).replace(/\.$/, "")}${reached()}`, now());
    throw error;
  }
  const reason = signal.aborted ? `interrupted${reached()}` : null;
  store.finish(reason, now());
  onProgress?.(progress);
  return reason;
}
