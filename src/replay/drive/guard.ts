import type { Side } from "../../model/target.ts";

export interface GuardLimits {
  readonly maxFailures: number | null;
  readonly maxFailureRate: number;
  readonly maxSlowdown: number;
}

/** What the run should do now. */
export type Advice =
  | { readonly do: "go" }
  | { readonly do: "pause"; readonly why: string }
  | { readonly do: "stop"; readonly why: string };

/** Watches failures of both sides and old's latency, for old may be serving customers. */
export interface Guard {
  observe(side: Side, ms: number, failed: boolean): void;
  /** Asked before each exchange. Each full window of answers gives its advice once. */
  advice(): Advice;
}

const WINDOW = 400;
/** Fewer failures than this in a window are chance, whatever their share. */
const FEW_FAILURES = 10;
/** Answers within this many ms are quick whatever they were at the start. */
const QUICK_MS = 25;
/** Windows in a row that end in a pause before the run ends. */
const PAUSES = 3;
/** Failures of one side in a row that mean that it is gone. */
const LOST_AFTER = 60;

const GO: Advice = { do: "go" };

export function createGuard({ maxFailures, maxFailureRate, maxSlowdown }: GuardLimits): Guard {
  let failures = 0;
  let seen = 0;
  let failedInWindow = 0;
  let pauses = 0;
  let base: number | null = null;
  let pending: Advice = GO;
  const oldMs: number[] = [];
  const inARow = { old: 0, candidate: 0 };

  const trouble = (): string | null => {
    if (failedInWindow > FEW_FAILURES && failedInWindow / WINDOW > maxFailureRate) {
      return `${failedInWindow} of the last ${WINDOW} requests had no answer (limit ${maxFailureRate * 100} %)`;
    }
    const median = oldMs.sort((a, b) => a - b)[Math.floor(oldMs.length / 2)] ?? 0;
    if (base !== null && median > QUICK_MS && median > base * maxSlowdown) {
      return `old answers in ${Math.round(median)} ms, ${(median / base).toFixed(1)} times what it took at the start`;
    }
    base ??= Math.max(median, 1);
    return null;
  };

  const endWindow = (): void => {
    const why = trouble();
    pauses = why === null ? 0 : pauses + 1;
    if (why !== null) pending = pauses > PAUSES ? { do: "stop", why } : { do: "pause", why };
    seen = 0;
    failedInWindow = 0;
    oldMs.length = 0;
  };

  return {
    observe(side, ms, failed) {
      seen++;
      if (failed) {
        failures++;
        failedInWindow++;
        inARow[side]++;
      } else {
        inARow[side] = 0;
        if (side === "old") oldMs.push(ms);
      }
      if (inARow[side] >= LOST_AFTER) {
        pending = { do: "stop", why: `${side} gave no answer ${LOST_AFTER} times in a row` };
      } else if (maxFailures !== null && failures > maxFailures) {
        pending = { do: "stop", why: `more than ${maxFailures} requests had no answer` };
      } else if (seen >= WINDOW) endWindow();
    },
    advice() {
      const advice = pending;
      if (advice.do === "pause") pending = GO;
      return advice;
    },
  };
}
