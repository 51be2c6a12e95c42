import { pause } from "../../pause.ts";

/** When an exchange may start. */
export interface Pace {
  /** Resolves when the exchange recorded at `at` (Unix ms) is due; null when it is due now. */
  due(at: number): Promise<void> | null;
  /** Called when the exchange that was due last really starts. */
  started(): void;
  /** By how much starts came after their time, in ms; null where no times were set. */
  lateness(): { readonly mostMs: number; readonly meanMs: number } | null;
}

interface PaceOptions {
  readonly ratePerSecond: number | null;
  readonly speed: number | null;
  readonly signal: AbortSignal;
}

const ANY_TIME: Pace = { due: () => null, started: () => {}, lateness: () => null };

/**
 * Open loop where a rate or a speed is given: due times come from a schedule and not from the answers, so that a slow target
 * shows as lateness (of waiting for a free lane, too) instead of silently lowering the load.
 */
export function createPace({ ratePerSecond, speed, signal }: PaceOptions): Pace {
  if (ratePerSecond === null && speed === null) return ANY_TIME;
  let startedAt: number | null = null;
  let firstRecordedAt = 0;
  let count = 0;
  let dueAt = 0;
  let most = 0;
  let total = 0;
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
          : (count * 1_000) / ratePerSecond;
      dueAt = startedAt + offset;
      count++;
      return dueAt - now > 1 ? pause(dueAt - now, signal) : null;
    },
    started() {
      const late = Math.max(0, performance.now() - dueAt);
      most = Math.max(most, late);
      total += late;
    },
    lateness: () => (count === 0 ? null : { mostMs: most, meanMs: total / count }),
  };
}
