import { newcombe } from "../../statistics/proportion.ts";

/** Requests and errors of one side since a step began, as the engine counted them. */
export interface SideCounts {
  readonly requests: number;
  readonly errors: number;
}

/** What a look shows during a step. */
export interface Sight {
  /** `blind` where the verdict could not be asked for. */
  readonly verdict: "pass" | "fail" | "inconclusive" | "blind";
  /** The verdict's first reason, or why it could not be asked for. */
  readonly reason: string;
  /** Since when verdict or engine could not be seen, in ms; 0 where both are. */
  readonly blindMs: number;
  /** Null where the engine could not be asked. */
  readonly engine: {
    readonly weight: number | null;
    readonly old: SideCounts;
    readonly candidate: SideCounts;
    readonly candidatesUp: number;
  } | null;
  /** What is left of the step's time, in ms. */
  readonly leftMs: number;
}

export interface DecidePolicy {
  readonly onFail: "back" | "pause";
  readonly onInconclusive: "hold" | "back";
  readonly onBlind: "back" | "hold";
  readonly blindAfterMs: number;
  readonly errorRate: number;
}

export interface Decision {
  /** `wait` looks again; `hold` too, though the time is over; `next` goes on. */
  readonly act: "wait" | "next" | "hold" | "pause" | "back";
  readonly why: string;
}

/** What to do at this moment of a step. Going on needs sight and a pass; everything else waits, pauses or goes back. */
export function decide(sight: Sight, policy: DecidePolicy): Decision {
  const { verdict, reason, blindMs, engine, leftMs } = sight;
  if (verdict === "fail") return { act: policy.onFail, why: `verdict fail: ${reason}` };
  if (engine !== null && engine.candidatesUp === 0)
    return { act: policy.onFail, why: "no server of the new version is up" };
  const errs = engine === null ? null : errsMore(engine.old, engine.candidate, policy.errorRate);
  if (errs !== null) return { act: policy.onFail, why: errs };
  if (blindMs > policy.blindAfterMs)
    return { act: policy.onBlind, why: `no sight for ${Math.round(blindMs / 1_000)} s: ${reason}` };
  if (leftMs > 0) return { act: "wait", why: `${verdict}, ${Math.ceil(leftMs / 1_000)} s left` };
  if (verdict === "blind" || engine === null) return { act: "hold", why: `no sight: ${reason}` };
  if (verdict === "inconclusive") {
    return policy.onInconclusive === "back"
      ? { act: "back", why: `verdict inconclusive: ${reason}` }
      : { act: "hold", why: `waits for a pass: ${reason}` };
  }
  return { act: "next", why: "verdict pass" };
}

/** A roll-back for one or two errors would be a roll-back by chance, whatever the interval says of so few calls. */
const FEWEST_ERRORS = 3;

/** In words, where the new servers err more often than the old ones beyond chance and by more than is allowed. */
function errsMore(old: SideCounts, candidate: SideCounts, allowed: number): string | null {
  if (candidate.errors < FEWEST_ERRORS) return null;
  // Counters that were reset in between say nothing of this step.
  if ([old, candidate].some(({ requests, errors }) => requests < 0 || errors < 0)) return null;
  const { lower } = newcombe(
    { hits: Math.min(old.errors, old.requests), total: old.requests },
    { hits: Math.min(candidate.errors, candidate.requests), total: candidate.requests },
    0.99,
  );
  if (!(lower > allowed)) return null;
  return `new servers err in ${candidate.errors} of ${candidate.requests}, old ones in ${old.errors} of ${old.requests}`;
}
