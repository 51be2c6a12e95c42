import { LOOK, type Observed } from "../ask/lane.ts";
import type { Side } from "../../model/target.ts";
import { createSpeed } from "./speed.ts";

export interface GuardLimits {
  /** Exchanges under way at once, at the start. */
  readonly concurrency: number;
  readonly maxFailures: number | null;
  readonly maxFailureRate: number;
  readonly maxSlowdown: number;
}

/** What the run should do now. */
export type Advice =
  | { readonly do: "go" }
  | { readonly do: "pause"; readonly why: string }
  /** A side does not keep up: at most `to` exchanges at once. */
  | { readonly do: "slow-down"; readonly to: number; readonly why: string }
  | { readonly do: "stop"; readonly why: string };

/**
 * Watches failures of both sides and old's latency, for old may be serving customers. Candidate gets the same requests at the
 * same time: where both slow down it is these requests, and fewer at once are asked; where old alone does, it is left in peace.
 */
export interface Guard {
  observe(seen: Observed): void;
  /** Asked before each exchange. Each full window of answers gives its advice once. */
  advice(): Advice;
}

/** Requests that are judged together: 2 % of them are 8, which chance alone seldom makes of a healthy node's rare failures. */
const WINDOW = 400;
/** Fewer failures than this in a window are chance, whatever their share. */
const FEW_FAILURES = 10;
/** Windows in a row that end in a pause before the run ends. */
const PAUSES = 3;
/** Failures of one side in a row that mean that it is gone. */
const LOST_AFTER = 60;
/**
 * A side of whose first asks more than a quarter run out of time is asked too much at once: each timeout weighs as much as
 * three answers, and twelve in a row are enough. Each of them costs a run up to four timeouts.
 */
const TIMEOUT_WEIGHT = 3;
const BUSY_AT = 12 * TIMEOUT_WEIGHT;

const GO: Advice = { do: "go" };

function times(factor: number): string {
  return `${factor.toFixed(1)} times`;
}

export function createGuard(limits: GuardLimits): Guard {
  const { maxFailures, maxFailureRate, maxSlowdown } = limits;
  let width = limits.concurrency;
  let failures = 0;
  let seen = 0;
  let failedInWindow = 0;
  let pauses = 0;
  let pending: Advice = GO;
  const speed = { old: createSpeed(), candidate: createSpeed() };
  const inARow = { old: 0, candidate: 0 };
  const late = { old: 0, candidate: 0 };

  const failing = (): string | null =>
    failedInWindow > FEW_FAILURES && failedInWindow / WINDOW > maxFailureRate
      ? `${failedInWindow} of the last ${WINDOW} requests had no answer (limit ${maxFailureRate * 100} %)`
      : null;

  /** What to do about old's slowdown; nothing where one at a time is asked already and both sides are slow. */
  const slowed = (): Advice => {
    const old = speed.old.ofWindow();
    const candidate = speed.candidate.ofWindow();
    if (old.factor <= maxSlowdown) return GO;
    const why = `old takes ${times(old.factor)} as long for the same methods as at the start (candidate ${times(candidate.factor)}), most of all for ${old.worst}`;
    if (old.factor / Math.max(1, candidate.factor) > maxSlowdown) return { do: "pause", why };
    return width === 1 ? GO : halved(why);
  };

  const halved = (why: string): Advice => {
    width = Math.ceil(width / 2);
    return { do: "slow-down", to: width, why };
  };

  const endWindow = (): void => {
    const failed = failing();
    const slow = slowed();
    const advice: Advice = failed === null ? slow : { do: "pause", why: failed };
    pauses = advice.do === "pause" ? pauses + 1 : 0;
    if (advice.do === "pause" && pauses > PAUSES) pending = { do: "stop", why: advice.why };
    else if (advice.do !== "go") pending = advice;
    seen = 0;
    failedInWindow = 0;
  };

  /** Halves what is asked at once of a side that often runs out of time. */
  const weigh = (side: Side, timedOut: boolean): void => {
    late[side] = Math.max(0, late[side] + (timedOut ? TIMEOUT_WEIGHT : -1));
    if (late[side] < BUSY_AT || width === 1) return;
    late[side] = 0;
    // What is under way was still asked at the old width: it says nothing of the new one.
    inARow[side] = 0;
    pending = halved(`${side} often runs out of time`);
  };

  /** A target that is gone, or that can't even answer one at a time. */
  const gone = (side: Side, timedOut: boolean): Advice => {
    const often = `${LOST_AFTER} times in a row`;
    const why = timedOut
      ? `${side} ran out of time ${often}, asked one at a time in the end; give it a longer --timeout`
      : `${side} gave no answer ${often}; is it up, and does it stand --concurrency ${width}?`;
    return { do: "stop", why };
  };

  return {
    observe(observed) {
      const { side, failure, timedOut } = observed;
      seen++;
      if (failure === null) {
        inARow[side] = 0;
        // Looks ask now this and now that: no two of them are alike.
        if (observed.like !== LOOK) speed[side].add(observed);
      } else {
        failures++;
        failedInWindow++;
        inARow[side]++;
      }
      weigh(side, timedOut);
      if (inARow[side] >= LOST_AFTER) {
        pending = gone(side, timedOut);
      } else if (maxFailures !== null && failures > maxFailures) {
        pending = { do: "stop", why: `more than ${maxFailures} requests had no answer` };
      } else if (seen >= WINDOW) endWindow();
    },
    advice() {
      const advice = pending;
      if (advice.do !== "stop") pending = GO;
      return advice;
    },
  };
}
