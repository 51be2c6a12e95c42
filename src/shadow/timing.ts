import type { Comparison } from "../model/comparison.ts";
import { askBoth } from "../replay/ask/asking.ts";
import type { Lane } from "../replay/ask/lane.ts";
import type { Plan } from "../replay/drive/plan.ts";
import { askingOf } from "./comparing.ts";
import type { First, Live } from "./live.ts";

/**
 * Times what was answered alike. Old's time for its client and the candidate's for us are not alike: another way, another load. So some
 * calls are asked of both once more, at the same moment, over connections alike, after both have just answered them.
 */
export interface Timing {
  /** Whether this exchange is to be timed now; true counts. */
  may(plan: Plan, first: First): boolean;
  /** The comparison with what both took, as it was where one of them gave no result. */
  time(plan: Plan, comparison: Comparison): Promise<Comparison>;
}

/** Of the budget there has to be so much more than settling wants, and more the better a method is known. */
const PLENTY = 100;
const PER_TIMED = 0.25;
const MOST = 160;
/** A heavy call costs old more than others, though it counts as one. */
const HEAVY = 30;
/** Odd methods past this many must not fill the memory. */
const REMEMBERED = 2_000;

export function createTiming(live: Live, lanes: readonly Lane[]): Timing & { forget(): void } {
  const free = [...lanes];
  const timed = new Map<string, number>();
  return {
    may({ calls: [only], batch, recorded, session }, first) {
      const [comparison] = first.comparisons;
      const isAnswered = comparison?.pair?.candidate.kind === "reply";
      if (batch || session !== null || only === undefined || !isAnswered) return false;
      // A mirror's copy was asked of both alike, and is timed so.
      if (recorded[0] == null || free.length === 0) return false;
      const times = timed.get(only.method) ?? 0;
      const heavy = only.knowledge.cost === "heavy" ? HEAVY : 0;
      if (!live.budget.allows(Math.min(MOST, PLENTY + times * PER_TIMED) + heavy)) return false;
      if (timed.size < REMEMBERED || timed.has(only.method)) timed.set(only.method, times + 1);
      return true;
    },
    async time(plan, comparison) {
      const lane = free.pop();
      if (lane === undefined) return comparison;
      try {
        const { calls } = plan;
        const asking = askingOf(live, lane, plan);
        const { old, candidate } = await askBoth(asking, { old: calls, candidate: calls }, false);
        const isTimed = old.kind === "reply" && candidate.kind === "reply";
        if (!isTimed || old.ms === null || candidate.ms === null) return comparison;
        return { ...comparison, latencyMs: { old: old.ms, candidate: candidate.ms } };
      } finally {
        free.push(lane);
      }
    },
    forget: () => timed.clear(),
  };
}
