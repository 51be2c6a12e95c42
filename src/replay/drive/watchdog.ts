/** Sees a run that stands still, whatever the cause: a run that never ends holds up a roll-out as no failure does. */
export interface Watchdog<What> {
  /** An exchange is under way. */
  begin(what: What): void;
  end(what: What): void;
  /** An answer came, or a failure in its place. */
  alive(): void;
  close(): void;
}

interface WatchdogOptions<What> {
  /** Nothing came for this long although exchanges are under way. */
  readonly stillMs: number;
  /** Asking is held up by intent: that is no stall. */
  readonly isHeld?: () => boolean;
  /** Told once. */
  readonly onStall: (what: readonly What[]) => void;
}

/**
 * One asking takes at most its timeout, then three times that alone, then three waits and repeats for its rate: within ten
 * timeouts each way ends. Less than half a minute would take a busy machine for a stall.
 */
export function stillAfterMs(timeoutMs: number): number {
  return Math.max(30_000, 10 * timeoutMs);
}

export function createWatchdog<What>({
  stillMs,
  isHeld,
  onStall,
}: WatchdogOptions<What>): Watchdog<What> {
  const underWay = new Set<What>();
  /** Looks in a row at which nothing had come since the one before. Counted so, an answer costs no look at the clock. */
  let silent = 0;
  const timer = setInterval(() => {
    if (isHeld?.() === true) silent = 0;
    if (underWay.size === 0 || silent++ < LOOKS) return;
    clearInterval(timer);
    onStall([...underWay]);
  }, stillMs / LOOKS);
  return {
    begin(what) {
      if (underWay.size === 0) silent = 0;
      underWay.add(what);
    },
    end(what) {
      underWay.delete(what);
      silent = 0;
    },
    alive() {
      silent = 0;
    },
    close: () => clearInterval(timer),
  };
}

/** How often it is looked in the time that makes a stall. */
const LOOKS = 10;
