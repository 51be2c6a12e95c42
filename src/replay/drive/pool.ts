/** Things of which one user at a time holds each. */
export interface Pool<T> {
  /** One that is free now, if any. */
  takeFree(): T | undefined;
  take(): Promise<T>;
  give(item: T): void;
  /** Resolves when nothing is taken. */
  idle(): Promise<void>;
}

/** Waiters are served in order; nothing is queued beyond those who wait. */
export function createPool<T>(items: readonly T[]): Pool<T> {
  const free = [...items];
  const waiting: ((item: T) => void)[] = [];
  let done: (() => void) | null = null;
  return {
    takeFree: () => free.pop(),
    take() {
      const item = free.pop();
      return item === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(item);
    },
    give(item) {
      const next = waiting.shift();
      if (next !== undefined) next(item);
      else free.push(item);
      if (free.length === items.length) done?.();
    },
    idle() {
      if (free.length === items.length) return Promise.resolve();
      return new Promise((resolve) => {
        done = resolve;
      });
    },
  };
}
