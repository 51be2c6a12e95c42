import { uncomparable } from "../model/comparison.ts";
import type { UncomparableReason } from "../model/pair.ts";
import type { Call } from "../protocol/adapter.ts";
import type { Asking } from "../replay/ask/asking.ts";
import type { Lane } from "../replay/ask/lane.ts";
import { askQuestion, headsSeen, usualWay } from "../replay/compare/ask.ts";
import { hasDrifted } from "../replay/compare/settle-drift.ts";
import type { Plan } from "../replay/drive/plan.ts";
import { adapterOf, askCandidate, askingOf, compare, NO_ANSWER, NO_PINS } from "./comparing.ts";
import { askBatch, askMirroredBatch } from "./first-batch.ts";
import type { First, Live } from "./live.ts";

/** Decided by nobody yet. */
const UNDECIDED: First = {
  comparisons: [],
  open: [],
  whole: false,
  ofBatch: null,
  sends: 0,
  times: null,
};

/** Budget that has to be there before what may only have drifted is looked at: what differs for sure is asked about first. */
const PLENTY = 50;

/** Cheapest first: the candidate's answer against the one that old gave its client. Equal is the end of it. */
export async function askFirst(live: Live, lane: Lane, plan: Plan): Promise<First> {
  const { calls, batch, recorded } = plan;
  const [only] = calls;
  const mirrored = recorded.every((outcome) => outcome === null);
  if (plan.session !== null || (mirrored && batch && !live.mirrored))
    return { ...UNDECIDED, whole: true };
  if (mirrored && !live.mirrored && !live.budget.allows(1)) return unasked(live, plan, "unsettled");
  if (calls.some((call) => isAbove(call, live))) return unasked(live, plan, "node-behind");
  const asking = askingOf(live, lane, plan);
  if (batch) return mirrored ? askMirroredBatch(live, asking, plan) : askBatch(live, asking, plan);
  if (only === undefined) return UNDECIDED;
  return mirrored ? askMirrored(live, asking, plan, only) : askSingle(live, asking, plan, only);
}

async function askSingle(live: Live, asking: Asking, plan: Plan, call: Call): Promise<First> {
  const old = plan.recorded[0] ?? NO_ANSWER;
  const answer = await askCandidate(asking, [call], false);
  const comparison = compare(live, plan, call, old, answer);
  const sends = asking.tally.sends;
  const times =
    old.ms === null || answer.ms === null ? null : { old: old.ms, candidate: answer.ms };
  if (comparison.state === "different")
    return { ...UNDECIDED, open: [{ call, comparison, question: null }], sends, times };
  const asked = adapterOf(live.run, call).pin(call, NO_PINS);
  const question = { call, asked, pins: NO_PINS, before: headsSeen(asking), comparison };
  const whole = hasDrifted(question) && live.budget.allows(PLENTY) && live.doubts.may(call.method);
  return { ...UNDECIDED, comparisons: [comparison], whole, sends, times };
}

/** A mirror's copy: no answer of old is at hand, so both are asked at once, at the pin. */
async function askMirrored(live: Live, asking: Asking, { key }: Plan, call: Call): Promise<First> {
  const question = await askQuestion({ ...usualWay(asking, key, null), control: false }, call);
  if (live.mirrored) live.budget.planned(1);
  const { comparison } = question;
  const { sends } = asking.tally;
  const times = comparison.latencyMs;
  return comparison.state === "different"
    ? { ...UNDECIDED, open: [{ call, comparison, question }], sends, times }
    : { ...UNDECIDED, comparisons: [comparison], sends, times };
}

/** The call names a block that the candidate does not hold yet, while old does: its answer would say nothing of its version. */
function isAbove(call: Call, { run, history }: Live): boolean {
  const { old, candidate } = history.latest();
  const { highest } = adapterOf(run, call).pin(call, NO_PINS);
  if (highest === null || old === null || candidate === null) return false;
  return highest > candidate.number && highest <= old.number;
}

/** Every call of the exchange, not asked of the candidate for one reason. */
export function unasked(live: Live, plan: Plan, reason: UncomparableReason): First {
  const comparisons = plan.calls.map((call, position) =>
    uncomparable(
      compare(live, plan, call, plan.recorded[position] ?? NO_ANSWER, NO_ANSWER),
      reason,
    ),
  );
  return { ...UNDECIDED, comparisons };
}
