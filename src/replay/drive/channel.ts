/** Hands results from many workers to one reader, with a bound on what waits. The reader gets what has come since it last looked. */
export interface Channel<T> extends AsyncIterable<readonly T[]> {
  push(item: T): void;
  isFull(): boolean;
  /** Resolves when the reader has caught up. */
  room(): Promise<void>;
  /** Ends the reading; with an error, the reader gets it after the last item. */
  end(error?: unknown): void;
}

/** Exchanges read ahead of the lanes: one block of a recording, which is inflated whole anyway. */
const BOUND = 512;

export function createChannel<T>(): Channel<T> {
  let items: T[] = [];
  let ended = false;
  let failure: unknown;
  let wakeReader: (() => void) | null = null;
  let wakeWriter: (() => void) | null = null;
  const wake = (): void => {
    const waking = wakeReader;
    wakeReader = null;
    waking?.();
  };
  return {
    push(item) {
      items.push(item);
      // After all that came in with it: a reader that is woken for each item costs more than the item.
      if (wakeReader !== null && items.length === 1) setImmediate(wake);
    },
    isFull: () => items.length >= BOUND,
    async room() {
      if (items.length < BOUND) return;
      await new Promise<void>((resolve) => {
        wakeWriter = resolve;
      });
    },
    end(error) {
      ended = true;
      failure ??= error;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = items;
        items = [];
        wakeWriter?.();
        if (batch.length > 0) yield batch;
        if (items.length > 0) continue;
        if (ended) break;
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
      }
      if (failure !== undefined) throw failure;
    },
  };
}
