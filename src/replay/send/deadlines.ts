/** Something that is ended when its time is over. */
export interface Bounded {
  /** On the clock of performance.now(); Infinity while nothing is under way. */
  deadline: number;
  expire(): void;
}

export interface Deadlines {
  watch(bounded: Bounded): void;
  forget(bounded: Bounded): void;
  close(): void;
}

const LOOK_EVERY_MS = 20;

/** One timer for all connections: a timer for each request costs more than the request's own bookkeeping. */
export function createDeadlines(): Deadlines {
  const watched = new Set<Bounded>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const bounded of watched) if (bounded.deadline <= now) bounded.expire();
  }, LOOK_EVERY_MS);
  return {
    watch: (bounded) => watched.add(bounded),
    forget: (bounded) => watched.delete(bounded),
    close: () => clearInterval(timer),
  };
}
