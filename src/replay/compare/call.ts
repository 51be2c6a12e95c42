import type { Comparison } from "../../model/comparison.ts";
import type { Outcome } from "../../model/pair.ts";
import type { Call, Pinned, Tag } from "../../protocol/adapter.ts";
import { mayAsk, type Asking } from "../ask/asking.ts";
import type { Asked } from "./kept.ts";
import { askQuestion, finder, usualWay, type Way } from "./ask.ts";
import { hasDrifted, strictly } from "./settle-drift.ts";
import { settled, type Question } from "./question.ts";
import { mismatchOf, settle, type Rules } from "./settle.ts";

/** One call of an exchange, to be asked alone. */
export interface SingleCall {
  readonly key: string;
  readonly call: Call;
  readonly recorded: Outcome | null;
}

/** Each method is asked this many times with each tag as it stands. */
const UNPINNED_ASKS = 20;
/** Times that a difference of one kind and place is confirmed in full; a mismatch that has no other is then asked again once. */
const CONFIRM_IN_FULL = 20;
/** Odd methods and places past this many must not fill the memory. */
const REMEMBERED_MISMATCHES = 10_000;

/** Asks one call of both sides, and again as far as a mismatch needs it. */
export async function compareCall(asking: Asking, single: SingleCall): Promise<Comparison> {
  const way = usualWay(asking, single.key, single.recorded);
  const question = await askQuestion(way, single.call);
  if (hasDrifted(question) && mayDoubtDrift(asking, single.call)) {
    const stood = (settled: boolean): void => countDoubt(asking, single.call, settled);
    const strict = strictly(question, rulesOf(asking), stood);
    return settled(strict, finder(way));
  }
  const { comparison } = question;
  // Nearly every call: a turn of the loop less.
  const first = comparison.state === "different" ? await settleAsked(way, question) : comparison;
  if (isSilent(question.comparison)) return first;
  const tag = untestedTag(asking, single.call, question.asked);
  return tag === null ? first : compareUnpinned(way, single.call, first);
}

/** A side that gave no answer gives none without the pin either. */
function isSilent({ pair }: Comparison): boolean {
  return pair === null || pair.old.body === null || pair.candidate.body === null;
}

/** Each method's drift is looked at strictly until it stood this often between two looks at level heads, or was tried so often. */
const STRICT_LOOKS = 20;
const STRICT_TRIES = 60;

function mayDoubtDrift({ run }: Asking, { method }: Call): boolean {
  const { stood, tried } = run.driftDoubted.get(method) ?? { stood: 0, tried: 0 };
  return stood < STRICT_LOOKS && tried < STRICT_TRIES;
}

function countDoubt({ run }: Asking, { method }: Call, settledIt: boolean): void {
  const { stood, tried } = run.driftDoubted.get(method) ?? { stood: 0, tried: 0 };
  run.driftDoubted.set(method, { stood: stood + (settledIt ? 1 : 0), tried: tried + 1 });
}

/** What becomes of a question, and remembers what was confirmed. */
export async function settleAsked(way: Way, question: Question): Promise<Comparison> {
  if (question.comparison.state !== "different") return question.comparison;
  const comparison = await settled(settle(question, rulesOf(way.asking)), finder(way));
  remember(way, question.call, comparison);
  return comparison;
}

/** Times that a kept question is asked again: chance shows the same of two fair coins once in 16 million. */
const THOROUGH = 12;
/** Two a time, and what heads and blocks cost. */
const THOROUGH_SENDS = 2 * THOROUGH + 20;

/** Asks a call as it was asked, as if for the first time, and a mismatch so often that chance is no explanation. */
async function askThoroughly(way: Way, call: Call): Promise<Asked> {
  const tally = { sends: 0, ceiling: THOROUGH_SENDS };
  const asking: Asking = { ...way.asking, tally };
  const anew: Way = { ...way, asking };
  const question = await askQuestion(anew, call);
  const rules = { ...rulesOf(asking), confirm: THOROUGH, thorough: true };
  const comparison = await settled(settle(question, rules), finder(anew));
  return { comparison, sends: tally.sends };
}

/** 15 s in all: what a supervisor takes to start a node that a call ended. */
const COMES_BACK_MS = [1_000, 2_000, 4_000, 8_000];

/** Longer than a busy node takes to follow its own head. */
const LATE_MS = 400;

export function rulesOf({ run }: Asking): Rules {
  return {
    confirm: run.options.confirm,
    comesBackMs: COMES_BACK_MS,
    lateMs: LATE_MS,
    examine: run.examine,
    oldestState: run.oldestState(),
    isKnown: (mismatch) =>
      mismatch.every((one) => (run.confirmedBefore.get(one) ?? 0) >= CONFIRM_IN_FULL),
  };
}

function remember(way: Way, call: Call, comparison: Comparison): void {
  const { run, exchange } = way.asking;
  const { confirmedBefore } = run;
  if (comparison.confidence !== "confirmed" || comparison.state !== "different") return;
  // Without the answers of the recording: they would fill the memory.
  const lean: Way = {
    ...way,
    recorded: null,
    asking: { ...way.asking, exchange: { ...exchange, response: null } },
  };
  run.kept?.confirmed(comparison, () => askThoroughly(lean, call));
  if (confirmedBefore.size >= REMEMBERED_MISMATCHES) return;
  for (const key of mismatchOf(comparison))
    confirmedBefore.set(key, (confirmedBefore.get(key) ?? 0) + 1);
}

/** A tag that was replaced and that this method was not yet asked with often enough as it stands. */
function untestedTag({ run }: Asking, { method }: Call, { replaced }: Pinned): Tag | null {
  for (const tag of replaced) {
    const key = `${method} ${tag}`;
    const asked = run.unpinnedAsked.get(key) ?? 0;
    if (asked >= UNPINNED_ASKS) continue;
    run.unpinnedAsked.set(key, asked + 1);
    return tag;
  }
  return null;
}

/** The call as it was recorded: heads may differ, so by outcome and shape only. What it shows counts for the call. */
async function compareUnpinned(
  pinnedWay: Way,
  call: Call,
  pinnedResult: Comparison,
): Promise<Comparison> {
  if (!mayAsk(pinnedWay.asking, 3)) return pinnedResult;
  const untouched: Pinned = { call, replaced: [], left: ["latest"], missing: false, highest: null };
  const way: Way = { ...pinnedWay, pin: () => untouched, byShape: () => true };
  const settledResult = await settleAsked(way, await askQuestion(way, call));
  // Heads that do not stand still prove nothing here; the pinned comparison has spoken.
  if (settledResult.state !== "different") return pinnedResult;
  // The pin may have made another question of it (a range that now ends before it begins): the client's own outcome is what counts.
  const otherOutcome = settledResult.differences.some(({ pattern }) => pattern === "");
  return pinnedResult.state === "different" && !otherOutcome ? pinnedResult : settledResult;
}
