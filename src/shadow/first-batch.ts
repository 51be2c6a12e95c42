import { examineBatch } from "../classify/whole-batch.ts";
import type { Comparison } from "../model/comparison.ts";
import type { Outcome, Pair } from "../model/pair.ts";
import type { Sides } from "../model/target.ts";
import type { Adapter, Call, Split } from "../protocol/adapter.ts";
import { askBoth, type Asking } from "../replay/ask/asking.ts";
import { answered, itemOutcome, wholeCall, type Answered } from "../replay/compare/batch.ts";
import { pairOf } from "../replay/compare/pair.ts";
import type { Plan } from "../replay/drive/plan.ts";
import { askCandidate, compare, isSilent, typeOnly } from "./comparing.ts";
import type { First, Live, Mismatch } from "./live.ts";

/** A batch is asked of the candidate as a batch: each call's answers are compared, and then the batches as such. */
export async function askBatch(live: Live, asking: Asking, plan: Plan): Promise<First> {
  const answer = await askCandidate(asking, [...plan.calls, ...plan.riders], true);
  return compareAnswers(live, asking, plan, {
    old: answerOfOld(plan, asking.adapter),
    candidate: answer,
  });
}

/** A mirror's copy of a batch: no answer of old is at hand, so both are asked at once. */
export async function askMirroredBatch(live: Live, asking: Asking, plan: Plan): Promise<First> {
  const asked = [...plan.calls, ...plan.riders];
  const both = await askBoth(asking, { old: asked, candidate: asked }, true);
  live.budget.planned(1);
  return compareAnswers(live, asking, plan, both);
}

function compareAnswers(live: Live, asking: Asking, plan: Plan, answers: Sides<Outcome>): First {
  const { calls, riders } = plan;
  const asked = [...calls, ...riders];
  const answer = answers.candidate;
  const old = answered(asking, answers.old, asked);
  const candidate = answered(asking, answer, asked);
  const sends = asking.tally.sends;
  if (candidate.split === null && old.split !== null && !isSilent(answer))
    return compareUncut(live, asking, plan, { asked, old, candidate });
  if (old.split === null)
    return { comparisons: [], open: [], whole: true, ofBatch: null, sends, times: null };
  const found = calls.map((call, position): Mismatch => {
    // One that can't be cut is the answer to each of them.
    const own = candidate.split === null ? answer : itemOutcome(candidate, position);
    const comparison = compare(live, plan, call, itemOutcome(old, position), own);
    return { call, comparison, question: null };
  });
  const open = found.filter(({ comparison }) => comparison.state === "different");
  const ofBatch = compareBatches(live, asking, plan, { asked, old, candidate });
  const oldMs = answers.old.ms ?? plan.recorded[0]?.ms ?? null;
  const times = oldMs === null || answer.ms === null ? null : { old: oldMs, candidate: answer.ms };
  return {
    comparisons: found
      .map(({ comparison }) => comparison)
      .filter(({ state }) => state !== "different"),
    open,
    whole: open.length > 0 || ofBatch !== null,
    ofBatch,
    sends,
    times,
  };
}

interface Batches {
  /** What the candidate was asked. */
  readonly asked: readonly Call[];
  readonly old: Answered;
  readonly candidate: Answered;
}

/** What the candidate answered is no batch, or one error for all of it: compared as the answer to one call. */
function compareUncut(live: Live, asking: Asking, plan: Plan, batches: Batches): First {
  const comparison = live.run.examine(wholePair(asking, plan, batches));
  const isDifferent = comparison.state === "different";
  return {
    comparisons: isDifferent ? [] : [comparison],
    open: [],
    whole: isDifferent,
    ofBatch: isDifferent ? comparison : null,
    sends: asking.tally.sends,
    times: null,
  };
}

function wholePair(
  { adapter }: Asking,
  { key, exchange }: Plan,
  { asked, old, candidate }: Batches,
): Pair {
  return pairOf({
    key,
    exchange,
    adapter,
    call: wholeCall(asked),
    old: { ...old.whole, headers: typeOnly(old.whole) },
    candidate: { ...candidate.whole, headers: typeOnly(candidate.whole) },
    control: null,
    recorded: null,
  });
}

/** Order, and answers of no call. Null where they are alike, or can't be cut. */
function compareBatches(
  live: Live,
  asking: Asking,
  plan: Plan,
  batches: Batches,
): Comparison | null {
  const { asked, old, candidate } = batches;
  if (old.split === null || candidate.split === null) return null;
  live.oldOrder.see(old.split);
  // Old was asked more than the candidate was: which of its answers belong to no call can't be told of this.
  const isAll = asking.adapter.read(plan.exchange)?.calls.length === asked.length;
  const cut = (split: Split): Split =>
    isAll ? split : { ...split, order: split.order.filter((call) => call >= 0) };
  const splits = { old: cut(old.split), candidate: cut(candidate.split), control: null };
  return examineBatch(splits, () => wholePair(asking, plan, batches));
}

/** What its client got. Its time is of another way than ours. */
function answerOfOld({ exchange: { response } }: Plan, adapter: Adapter): Outcome {
  const body = response?.body ?? null;
  if (response === null || body === null)
    return { kind: "unreachable", status: null, headers: {}, body, ms: null, target: 0 };
  const { status, headers } = response;
  const { kind } = adapter.kind(status === 101 ? null : status, body);
  return { kind, status, headers, body, ms: null, target: 0 };
}
