import type { NotCompared } from "../../model/run.ts";
import { reasonWords } from "./words.ts";
import type { NotTested } from "./view.ts";

const MOST_METHODS = 6;

/** Calls that were not compared, summed by reason, largest share of traffic first. */
export function notTested(facts: readonly NotCompared[], totalWeight: number): NotTested[] {
  const groups = Map.groupBy(facts, (fact) => `${fact.state} ${fact.reason}`);
  return [...groups.values()]
    .map((group): NotTested => {
      const { state, reason } = group[0] as NotCompared;
      const methods = group.toSorted((a, b) => b.weight - a.weight);
      return {
        state,
        reason,
        words: reasonWords(reason),
        calls: group.reduce((sum, fact) => sum + fact.calls, 0),
        share:
          totalWeight === 0 ? 0 : group.reduce((sum, fact) => sum + fact.weight, 0) / totalWeight,
        methods: methods.slice(0, MOST_METHODS).map(({ method, calls }) => ({ method, calls })),
        moreMethods: Math.max(0, methods.length - MOST_METHODS),
      };
    })
    .toSorted((a, b) => b.share - a.share || b.calls - a.calls);
}
