import type { Comparison } from "../../model/comparison.ts";
import type { Found, Next, Question, Settling } from "./question.ts";
import { settle, type Rules } from "./settle.ts";
import { stoodStill } from "../heads/heads-moved.ts";

/** Values that drifted with the head, or may have: only a moment in which no head moved shows whether they did. */
export function hasDrifted({ comparison, asked }: Question): boolean {
  const { state, pair, differences } = comparison;
  return (
    state === "same" &&
    pair?.oneBlock !== true &&
    pair?.byShape !== true &&
    asked.highest === null &&
    differences.some(({ kind }) => kind === "value-drift")
  );
}

/**
 * Asks once more what drifted, between two looks at the heads. Where both sides stood on one block meanwhile, nothing drifts
 * with the head, and what still differs is settled as any mismatch. Null where a head moved: the drift stands.
 */
export function* settleDrift(
  question: Question,
  rules: Rules,
): Generator<Next, Comparison | null, Found> {
  const next = yield { want: "ask", of: question, how: "as-it-was", afterMs: 0 };
  const after = (yield { want: "heads", afterMs: 0 }).heads;
  const pair = next.question?.comparison.pair;
  if (next.question === undefined || after === undefined || !pair) return null;
  if (!stoodStill(next.question.before, after)) return null;
  const comparison = rules.examine({ ...pair, oneBlock: true });
  return yield* settle({ ...next.question, comparison }, rules);
}

/** The drift stands where nothing more can be said of it. */
export function* strictly(
  question: Question,
  rules: Rules,
  stood: (settled: boolean) => void,
): Settling {
  const settled = yield* settleDrift(question, rules);
  stood(settled !== null);
  return settled?.state === "different" ? settled : question.comparison;
}
