import {
  skippedCall,
  uncomparable,
  type Comparison,
  type ExchangeResult,
} from "../model/comparison.ts";
import type { Block } from "../chains/chain.ts";
import type { Outcome, UncomparableReason } from "../model/pair.ts";
import type { Target } from "../model/target.ts";
import type { Adapter, Call, Pinned, Pins } from "../protocol/adapter.ts";
import { askSide, type Asking, type Run } from "../replay/ask/asking.ts";
import type { Lane } from "../replay/ask/lane.ts";
import { askQuestion, usualWay } from "../replay/compare/ask.ts";
import { replayExchange } from "../replay/compare/exchange.ts";
import { pairOf } from "../replay/compare/pair.ts";
import type { Question } from "../replay/compare/question.ts";
import type { Sessions } from "../replay/compare/sessions.ts";
import { settleAsked } from "../replay/compare/call.ts";
import { pause } from "../pause.ts";
import type { Plan } from "../replay/drive/plan.ts";
import { dependenceOf } from "../replay/heads/dependence.ts";
import { lowestHead, stoodStill, type Heads } from "../replay/heads/heads-moved.ts";
import type { Budget } from "./budget.ts";
import type { HeadHistory } from "./heads.ts";
import type { Worth } from "./worth.ts";

/** What the comparing of live exchanges shares, of one candidate. */
export interface Live {
  readonly run: Run;
  readonly old: Target;
  readonly candidate: Target;
  readonly history: HeadHistory;
  readonly budget: Budget;
  readonly worth: Worth;
  readonly sessions: Sessions;
  /** Whether what passes is a mirror's copies: old is then asked for its answer by design. */
  readonly mirrored: boolean;
  /** A look at both heads that begins after it is asked for. */
  look(): Promise<Heads>;
  /** A look at the candidate's head alone; null where it gives no answer. */
  candidateHead(): Promise<Block | null>;
}

/** An exchange whose first asking is done. */
export interface First {
  /** What is decided. */
  readonly comparisons: readonly Comparison[];
  /** What has to be settled, call by call. */
  readonly open: readonly Mismatch[];
  /** The exchange has to be asked anew as a whole: a batch that differs, or an id that lives in one node. */
  readonly whole: boolean;
  readonly sends: number;
  /** What the request took on each side, ms; null where it was not measured on both. */
  readonly times: { readonly old: number; readonly candidate: number } | null;
}

interface Mismatch {
  readonly call: Call;
  readonly comparison: Comparison;
  /** As both were asked of it by us; null where the answer of old is the one that its client got. */
  readonly question: Question | null;
}

const NO_PINS: Pins = { latest: null, safe: null, finalized: null, rebaseFrom: null };
/** Requests that settling one mismatch of live traffic may cost, both sides together. */
const SENDS_PER_CALL = 40;
/** Blocks that old may have gone on by between two looks, or the candidate be ahead of it. */
const BLOCKS_BACK = 8;
/** How long the candidate may take to catch up with old before a mismatch is laid to it: 2 s. */
const CATCH_UP_LOOKS = 20;
const CATCH_UP_MS = 100;
/** What old is asked for one mismatch at least: less is not worth beginning. */
const LEAST_OF_OLD = 3;

/** Cheapest first: the candidate's answer against the one that old gave its client. Equal is the end of it. */
export async function askFirst(live: Live, lane: Lane, plan: Plan): Promise<First> {
  const { calls, batch, recorded } = plan;
  const [only] = calls;
  const mirrored = recorded.every((outcome) => outcome === null);
  if (plan.session !== null || (mirrored && batch))
    return { comparisons: [], open: [], whole: true, sends: 0, times: null };
  if (mirrored && !live.mirrored && !live.budget.allows(1)) return unasked(live, plan, "unsettled");
  if (calls.some((call) => isAbove(call, live))) return unasked(live, plan, "node-behind");
  const asking = askingOf(live, lane, plan);
  if (mirrored && only !== undefined) return askMirrored(live, asking, plan, only);
  const answer = await askSide(asking, live.candidate, calls, batch);
  const answers = batch ? answersOf(answer, live, calls) : [answer];
  const found = calls.map((call, position): Mismatch => {
    const old = recorded[position] ?? NO_ANSWER;
    const own = answers?.[position] ?? answer;
    return { call, comparison: compare(live, plan, call, old, own), question: null };
  });
  const open = found.filter(({ comparison }) => comparison.state === "different");
  return {
    comparisons: found
      .map(({ comparison }) => comparison)
      .filter(({ state }) => state !== "different"),
    open,
    whole: batch && open.length > 0,
    sends: asking.tally.sends,
    times: timesOf(recorded[0]?.ms, answer.ms),
  };
}

function timesOf(old: number | null | undefined, candidate: number | null): First["times"] {
  return old === null || old === undefined || candidate === null ? null : { old, candidate };
}

/** A mirror's copy: no answer of old is at hand, so both are asked at once, at the pin. */
async function askMirrored(live: Live, asking: Asking, { key }: Plan, call: Call): Promise<First> {
  const question = await askQuestion({ ...usualWay(asking, key, null), control: false }, call);
  if (live.mirrored) live.budget.planned(1);
  const { comparison } = question;
  const { sends } = asking.tally;
  const times = comparison.latencyMs;
  return comparison.state === "different"
    ? { comparisons: [], open: [{ call, comparison, question }], whole: false, sends, times }
    : { comparisons: [comparison], open: [], whole: false, sends, times };
}

/** What is known of the heads around an exchange whose answers differ. */
export interface Around {
  readonly before: Heads;
  readonly after: Heads;
}

/**
 * Waits for a look at the heads after the exchange, and until the candidate holds what old held then. Needs no connection of its
 * own: many may wait at once.
 */
export async function lookAround(live: Live, plan: Plan): Promise<Around> {
  const before = live.history.asOf(plan.exchange.at);
  let after = await live.look();
  // Old may have been a block ahead where nobody looked.
  const wanted = after.old?.number ?? (after.candidate?.number ?? 0) + 1;
  for (
    let look = 0;
    look < CATCH_UP_LOOKS && (after.candidate?.number ?? wanted) < wanted;
    look++
  ) {
    await pause(CATCH_UP_MS, live.run.signal);
    const candidate = await live.candidateHead();
    if (candidate === null) break;
    after = { old: after.old, candidate };
  }
  return { before, after };
}

/** What the mismatches of an exchange come to: of the candidate first, then of old, within the budget. */
export async function settleExchange(
  live: Live,
  lane: Lane,
  plan: Plan,
  first: First,
  around: Around,
): Promise<ExchangeResult> {
  const { key, exchange, skipped } = plan;
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
  const isWhole = first.whole && (open.length > 0 || first.open.length === 0);
  if (open.length === 0 && !isWhole)
    return { key, comparisons: [...settled, ...decided], sends: sends() };
  const mismatches = open.map(({ comparison }) => comparison);
  const isThere = live.budget.allows(LEAST_OF_OLD + live.worth.beyond(mismatches));
  if (!isThere || !live.budget.reserve(LEAST_OF_OLD)) {
    const left =
      isWhole && open.length === 0
        ? plan.calls.map((call) => skippedCall(key, exchange, call, "unknown-state"))
        : open.map((mismatch) => unsettled(live, mismatch, around));
    return { key, comparisons: [...left, ...settled, ...decided], sends: sends() };
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

/**
 * A mismatch may come of heads that moved or differed, and then costs old nothing: the client's answer was given at one of the
 * blocks that old stood on meanwhile, and the candidate is asked at each of them. Equal at one is dismissed with that
 * evidence. Null where there is no such evidence, or nothing was equal.
 */
async function atHeadsOfOld(
  live: Live,
  asking: Asking,
  plan: Plan,
  { call, comparison, question }: Mismatch,
  { before, after }: Around,
): Promise<Comparison | null> {
  const old = comparison.pair?.old;
  if (question !== null || old === undefined || before.old === null) return null;
  if (stoodStill(before, after)) return null;
  const candidates = candidatesAtHeads(live, call, { before, after });
  for (const there of candidates) {
    const candidate = await askSide(asking, live.candidate, [there], false);
    const again = compare(live, plan, call, old, candidate);
    if (again.state === "same") return again;
  }
  return null;
}

/** The call as the candidate is asked it in place of old at the blocks that old may have stood on, the likeliest first. */
function candidatesAtHeads({ run }: Live, call: Call, { before, after }: Around): Call[] {
  const adapter = adapterOf(run, call);
  const asked = adapter.pin(call, NO_PINS);
  const { highest, missing, left } = asked;
  // The block that it names has come to the candidate only now.
  if (highest !== null && left.length === 0)
    return before.candidate !== null && highest > before.candidate.number ? [call] : [];
  const top = after.old ?? after.candidate;
  if (top === null || before.old === null) return [];
  // As it is: some answers follow the head though a block is named (anvil's fee history ends with the fee after the head).
  const asItIs = left.every((tag) => tag === "latest") ? [call] : [];
  if (!missing && left.length === 0) return call.knowledge.followsHead ? asItIs : [];
  if (asItIs.length === 0) return [];
  const calls = [...asItIs];
  const from = Math.max(before.old.number, top.number - BLOCKS_BACK);
  for (let number = top.number; number >= from; number--) {
    const pins: Pins = {
      ...NO_PINS,
      latest: { number, hash: number === top.number ? top.hash : "" },
    };
    const there = missing ? adapter.fillIn(call, pins) : adapter.pin(call, pins).call;
    if (there === null) return asItIs;
    calls.push(there);
  }
  return calls;
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
  // Where old could not be looked at, that the candidate stayed on the block that both were last seen on has to do.
  const seen: Heads = { old: after.old ?? before.old, candidate: after.candidate };
  const mayBeHead = restsOnHead(asked, comparison, seen) && !stoodStill(before, seen);
  return isSilent(comparison.pair?.candidate) || mayBeHead
    ? uncomparable(comparison, "unsettled")
    : comparison;
}

function restsOnHead(asked: Pinned, { pair }: Comparison, heads: Heads): boolean {
  // Without a known head nothing can be ruled out.
  if (pair === null || lowestHead(heads) === null) return true;
  return dependenceOf(asked, pair, lowestHead(heads)).on !== "nothing";
}

/** The call names a block that the candidate does not hold yet, while old does: its answer would say nothing of its version. */
function isAbove(call: Call, { run, history }: Live): boolean {
  const { old, candidate } = history.latest();
  const { highest } = adapterOf(run, call).pin(call, NO_PINS);
  if (highest === null || old === null || candidate === null) return false;
  return highest > candidate.number && highest <= old.number;
}

function compare(live: Live, plan: Plan, call: Call, old: Outcome, candidate: Outcome): Comparison {
  const { run } = live;
  const { left } = adapterOf(run, call).pin(call, NO_PINS);
  const byShape = left.includes("pending");
  const pair = pairOf({
    key: plan.key,
    exchange: plan.exchange,
    adapter: adapterOf(run, call),
    call,
    // Ours is no client with an origin and no customer with a rate: of the headers only the type can be held against it. Times
    // are not alike either: old's was taken in the client's way, under its load.
    old: { ...old, headers: typeOnly(old), ms: null },
    candidate: { ...candidate, headers: typeOnly(candidate) },
    control: null,
    recorded: null,
    byShape,
  });
  return run.examine(pair);
}

/** Of the call's wire: a REST call has a path. */
function adapterOf({ adapters }: Run, call: Call): Adapter {
  return adapters[call.path === null ? "json-rpc" : "rest"];
}

function typeOnly({ headers }: Outcome): Outcome["headers"] {
  const type = headers["content-type"];
  return type === undefined ? {} : { "content-type": type };
}

/** A batch's answer by its calls; null where it can't be cut. */
function answersOf(answer: Outcome, { run }: Live, calls: readonly Call[]): Outcome[] | null {
  const split = answer.body === null ? null : run.adapters["json-rpc"].split(answer.body, calls);
  if (split === null || answer.kind !== "reply") return null;
  return split.answers.map((body) => {
    if (body === null)
      return {
        ...answer,
        kind: "malformed",
        body: Buffer.alloc(0),
        detail: "no answer in the batch",
      };
    return {
      ...answer,
      headers: {},
      body,
      kind: run.adapters["json-rpc"].kind(answer.status, body).kind,
    };
  });
}

function askingOf(live: Live, lane: Lane, { exchange, calls }: Plan): Asking {
  const { run, old, candidate } = live;
  const tally = { sends: 0, ceiling: SENDS_PER_CALL * (calls.length + 1) };
  const adapter = run.adapters[exchange.protocol];
  return { run, lane, exchange, adapter, old, candidate, tally };
}

/** Every call of the exchange, not asked of the candidate for one reason. */
export function unasked(live: Live, plan: Plan, reason: UncomparableReason): First {
  const comparisons = plan.calls.map((call, position) =>
    uncomparable(
      compare(live, plan, call, plan.recorded[position] ?? NO_ANSWER, NO_ANSWER),
      reason,
    ),
  );
  return { comparisons, open: [], whole: false, sends: 0, times: null };
}

const NO_ANSWER: Outcome = {
  kind: "unreachable",
  status: null,
  headers: {},
  body: null,
  ms: null,
  target: 0,
};

function isSilent(outcome: Outcome | undefined): boolean {
  return outcome?.kind === "unreachable" || outcome?.kind === "timeout";
}
