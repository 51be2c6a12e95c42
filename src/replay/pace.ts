import { pause } from "./pause.ts";

/** When an exchange may start. */
export interface Pace {
  /** Resolves when the exchange recorded at `at` (Unix ms) is due; null when it is due now. */
  due(at: number): Promise<void> | null;
  /** By how much starts came after their time, in ms; null where no times were set. */
  lateness(): { readonly mostMs: number; readonly meanMs: number } | null;
}

interface PaceOptions {
  readonly ratePerSecond: number | null;
  readonly speed: number | null;
  readonly signal: AbortSignal;
}

const ANY_TIME: Pace = { due: () => null, lateness: () => null };

/**
 * Open loop where a rate or a speed is given: due times come from a schedule and not from the answers, so that a slow target
 * shows as lateness instead of silently lowering the load.
 */
export function createPace({ ratePerSecond, speed, signal }: PaceOptions): Pace {
  if (ratePerSecond === null && speed === null) return ANY_TIME;
  let startedAt: number | null = null;
  let firstRecordedAt = 0;
  let started = 0;
  let most = 0;
  let total = 0;
  const note = (dueAt: number): void => {
    const late = Math.max(0, performance.now() - dueAt);
    most = Math.max(most, late);
    total += late;
  };
  return {
    due(at) {
      const now = performance.now();
      if (startedAt === null) {
        startedAt = now;
        firstRecordedAt = at;
      }
      const offset =
        ratePerSecond === null
          ? Math.max(0, at - firstRecordedAt) / (speed ?? 1)
          : (started * 1_000) / ratePerSecond;
      const dueAt = startedAt + offset;
      started++;
      if (dueAt - now > 1) return pause(dueAt - now, signal).then(() => note(dueAt));
      note(dueAt);
      return null;
    },
    lateness: () => (started === 0 ? null : { mostMs: most, meanMs: total / started }),
  };
}
