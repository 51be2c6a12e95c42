import {
  skippedCall,
  uncomparable,
  type Comparison,
  type ExchangeResult,
} from "../model/comparison.ts";
import type { Kind } from "../model/kinds.ts";
import type { Pinned } from "../protocol/adapter.ts";
import type { Asking } from "../replay/ask/asking.ts";
import type { Lane } from "../replay/ask/lane.ts";
import { askQuestion, usualWay } from "../replay/compare/ask.ts";
import { settleAsked } from "../replay/compare/call.ts";
import { replayExchange } from "../replay/compare/exchange.ts";
import type { Plan } from "../replay/drive/plan.ts";
import { dependenceOf } from "../replay/heads/dependence.ts";
import { lowestHead, stoodStill, type Heads } from "../replay/heads/heads-moved.ts";
import { atHeadsOfOld, type Around } from "./around.ts";
import { adapterOf, askingOf, isSilent, NO_PINS } from "./comparing.ts";
import { unasked } from "./first.ts";
import type { First, Live, Mismatch } from "./live.ts";

/** What old is asked for one mismatch at least: less is not worth beginning. */
const LEAST_OF_OLD = 3;

/** What the mismatches of an exchange come to: of the candidate first, then of old, within the budget. */
export async function settleExchange(
  live: Live,
  lane: Lane,
  plan: Plan,
  first: First,
  around: Around,
): Promise<ExchangeResult> {
  const { key, skipped } = plan;
  const decided = [...first.comparisons, ...skipped];
  const silent = first.open.some(({ comparison }) => isSilent(comparison.pair?.candidate));
  if (silent && (await live.candidateHead()) === null) {
    const gone = first.open.map(({ comparison }) => uncomparable(comparison, "candidate-gone"));
    return { key, comparisons: [...gone, ...decided], sends: first.sends };
  }
  const asking = askingOf(live, lane, plan);
  const settled: Comparison[] = [];
  const open: Mismatch[] = [];
  for (const mismatch of first.open) {
    const same = await atHeadsOfOld(live, asking, plan, mismatch, around);
    if (same === null) open.push(mismatch);
    else settled.push(same);
  }
  const sends = (): number => first.sends + asking.tally.sends;
  const isWhole =
    first.whole && (open.length > 0 || first.ofBatch !== null || first.open.length === 0);
  if (open.length === 0 && !isWhole)
    return { key, comparisons: [...settled, ...decided], sends: sends() };
  const mismatches = [
    ...open.map(({ comparison }) => comparison),
    ...(first.ofBatch === null ? [] : [first.ofBatch]),
  ];
  const isThere = live.budget.allows(LEAST_OF_OLD + live.worth.beyond(mismatches));
  if (!isThere || !live.budget.reserve(LEAST_OF_OLD)) {
    const left = open.map((mismatch) => unsettled(live, mismatch, around));
    const comparisons = [...left, ...settled, ...unsettledWhole(live, plan, first), ...decided];
    return { key, comparisons, sends: sends() };
  }
  try {
    if (isWhole) {
      const result = await replayExchange(live.run, lane, plan, live.sessions);
      return { ...result, sends: result.sends + sends() };
    }
    for (const mismatch of open)
      settled.push(await settleCall(live, asking, plan, mismatch, around));
    return { key, comparisons: [...settled, ...decided], sends: sends() };
  } finally {
    live.worth.settled(mismatches);
    live.budget.release(LEAST_OF_OLD);
  }
}

/** What only the whole exchange shows, past the budget. */
function unsettledWhole(
  live: Live,
  plan: Plan,
  { comparisons, open, ofBatch }: First,
): Comparison[] {
  if (ofBatch !== null) {
    // Only an order is old's to keep: that an answer is no batch is the candidate's alone.
    const isOrder = ofBatch.differences.some(({ kind }) => kind === "batch-order-changed");
    const kept = !isOrder || live.oldOrder.isKept() ? ofBatch : uncomparable(ofBatch, "unsettled");
    const isUncut = comparisons.length + open.length === 0;
    return [kept, ...(isUncut ? unasked(live, plan, "unsettled").comparisons : [])];
  }
  // What its client got stands, but for an id that lives in one node and a batch without an answer of old.
  if (comparisons.length + open.length > 0) return [];
  const { key, exchange, calls, session } = plan;
  return session === null
    ? [...unasked(live, plan, "unsettled").comparisons]
    : calls.map((call) => skippedCall(key, exchange, call, "unknown-state"));
}

/**
 * One mismatch that old has to be asked about. Where the answer rests on the head and a head moved or differed meanwhile, the call
 * is asked of both at the pin: equal there is dismissed with that evidence, different is settled as in a replay. Elsewhere
 * the live mismatch itself is settled.
 */
async function settleCall(
  live: Live,
  asking: Asking,
  { key }: Plan,
  { call, comparison, question }: Mismatch,
  { before, after }: Around,
): Promise<Comparison> {
  const { run } = live;
  const way = usualWay(asking, key, null);
  if (question !== null) return settleAsked(way, question);
  const asked = adapterOf(run, call).pin(call, NO_PINS);
  if (restsOnHead(asked, comparison, after) && !stoodStill(before, after)) {
    const pinned = adapterOf(run, call).pin(call, run.heads.pins());
    if (pinned.left.length === 0 && !pinned.missing) {
      const anew = await askQuestion({ ...way, control: false }, call);
      return anew.comparison.state === "different" ? settleAsked(way, anew) : anew.comparison;
    }
  }
  return settleAsked(way, { call, asked, pins: NO_PINS, before, comparison });
}

/** Past the budget: kept as `probable` where no head can explain it, and counted as not settled where one may. */
function unsettled(
  live: Live,
  { call, comparison, question }: Mismatch,
  { before, after }: Around,
): Comparison {
  const asked = question?.asked ?? adapterOf(live.run, call).pin(call, NO_PINS);
  // Where old could not be looked at it may stand on a block that the candidate will only have later, however long that stays where it is.
  const seen: Heads = { old: after.old ?? before.old, candidate: after.candidate };
  const mayBeHead =
    mayRestOnHead(asked, comparison, seen) && !stoodStill(before, after) && !isOfForm(comparison);
  return isSilent(comparison.pair?.candidate) || mayBeHead
    ? uncomparable(comparison, "unsettled")
    : comparison;
}

/** Blocks below both heads that neither still takes back. */
const BURIED = 8;

/** As `restsOnHead`, but for blocks that both have had for a while. */
function mayRestOnHead(asked: Pinned, comparison: Comparison, heads: Heads): boolean {
  const { pair } = comparison;
  const lowest = lowestHead(heads);
  if (pair === null || lowest === null) return true;
  const dependence = dependenceOf(asked, pair, lowest);
  return dependence.on === "block" ? dependence.number > lowest - BURIED : dependence.on === "head";
}

/** Kinds that two blocks never have alone: another block shows in a value too. */
const OF_FORM: ReadonlySet<string> = new Set<Kind>([
  "method-removed",
  "method-added",
  "field-added",
  "field-removed",
  "field-renamed",
  "null-vs-absent",
  "letter-case-changed",
  "encoding-changed",
  "serialisation-changed",
  "envelope-changed",
  "content-type-changed",
  "header-added",
  "header-changed",
]);

/**
 * The answers differ in form and in no value, so that no head is needed to explain it. On a chain of a few blocks a second no two looks see
 * the same heads: one added field would leave the verdict open for ever.
 */
function isOfForm({ differences }: Comparison): boolean {
  return differences.every(({ kind }) => OF_FORM.has(kind));
}

function restsOnHead(asked: Pinned, { pair }: Comparison, heads: Heads): boolean {
  // Without a known head nothing can be ruled out.
  if (pair === null || lowestHead(heads) === null) return true;
  return dependenceOf(asked, pair, lowestHead(heads)).on !== "nothing";
}
