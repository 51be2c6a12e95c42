/** Sees a run that stands still, whatever the cause: a run that never ends holds up a roll-out as no failure does. */
export interface Watchdog {
  /** An exchange is under way; the function given back ends it. */
  begin(what: string): () => void;
  /** An answer came, or a failure in its place. */
  alive(): void;
  close(): void;
}

interface WatchdogOptions {
  /** Nothing came for this long although exchanges are under way. */
  readonly stillMs: number;
  /** Told once. */
  /** Asking is held up by intent: that is no stall. */
  readonly isHeld?: () => boolean;
  readonly onStall: (what: readonly string[]) => void;
}

/**
 * One asking takes at most its timeout, then three times that alone, then three waits and repeats for its rate: within ten
 * timeouts each way ends. Less than half a minute would take a busy machine for a stall.
 */
export function stillAfterMs(timeoutMs: number): number {
  return Math.max(30_000, 10 * timeoutMs);
}

export function createWatchdog({ stillMs, isHeld, onStall }: WatchdogOptions): Watchdog {
  const underWay = new Set<{ readonly what: string }>();
  let aliveAt = performance.now();
  const timer = setInterval(() => {
    if (isHeld?.() === true) aliveAt = performance.now();
    if (underWay.size === 0 || performance.now() - aliveAt < stillMs) return;
    clearInterval(timer);
    onStall([...underWay].map(({ what }) => what));
  }, stillMs / 10);
  return {
    begin(what) {
      if (underWay.size === 0) aliveAt = performance.now();
      const one = { what };
      underWay.add(one);
      return () => {
        underWay.delete(one);
        aliveAt = performance.now();
      };
    },
    alive() {
      aliveAt = performance.now();
    },
    close: () => clearInterval(timer),
  };
}
