import { onlyReads } from "../../judge/methods.ts";
import type { NotCompared } from "../../model/run.ts";
import { reasonWords } from "./words.ts";
import type { NotTested } from "./view.ts";

const MOST_METHODS = 6;

/** A call that only reads is not sent either where its batch holds one that writes. */
function besideWrite({ reason, method }: NotCompared): boolean {
  return reason === "writes" && onlyReads(method);
}

/** Calls that were not compared, summed by reason, largest share of traffic first. */
export function notTested(facts: readonly NotCompared[], totalWeight: number): NotTested[] {
  const groups = Map.groupBy(facts, (fact) => `${fact.state} ${fact.reason} ${besideWrite(fact)}`);
  return [...groups.values()]
    .map((group): NotTested => {
      const [first] = group as [NotCompared];
      const { state, reason } = first;
      const methods = group.toSorted((a, b) => b.weight - a.weight);
      return {
        state,
        reason,
        words: reasonWords(besideWrite(first) ? "beside-write" : reason),
        calls: group.reduce((sum, fact) => sum + fact.calls, 0),
        share:
          totalWeight === 0 ? 0 : group.reduce((sum, fact) => sum + fact.weight, 0) / totalWeight,
        methods: methods.slice(0, MOST_METHODS).map(({ method, calls }) => ({ method, calls })),
        moreMethods: Math.max(0, methods.length - MOST_METHODS),
      };
    })
    .toSorted((a, b) => b.share - a.share || b.calls - a.calls);
}
