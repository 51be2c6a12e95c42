/** Something that is looked at for what has run out of time. */
export interface Bounded {
  /** `now` is on the clock of performance.now(). */
  expire(now: number): void;
}

export interface Deadlines {
  watch(bounded: Bounded): void;
  forget(bounded: Bounded): void;
  close(): void;
}

/** A timeout is late by this at most, which is little beside any of them. */
const LOOK_EVERY_MS = 20;

/** One timer for all connections: a timer for each request costs more than the request's own bookkeeping. */
export function createDeadlines(): Deadlines {
  const watched = new Set<Bounded>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const bounded of watched) bounded.expire(now);
  }, LOOK_EVERY_MS);
  return {
    watch: (bounded) => watched.add(bounded),
    forget: (bounded) => watched.delete(bounded),
    close: () => clearInterval(timer),
  };
}
