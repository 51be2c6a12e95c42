import { uncomparable, type Comparison } from "../../model/comparison.ts";
import type { Outcome, Pair, UncomparableReason } from "../../model/pair.ts";
import type { Call, Pinned, Pins } from "../../protocol/adapter.ts";
import { saysStateLost } from "../../protocol/limits.ts";
import { mayAsk, type Asking, type Sides } from "../ask/asking.ts";
import { confirm, signature, wavers } from "./confirm.ts";
import { dependenceOf } from "../heads/dependence.ts";
import {
  chainsOf,
  headReason,
  headsOf,
  sameBlock,
  stoodStill,
  type Heads,
} from "../heads/evidence.ts";
import { pause } from "../drive/pause.ts";

/** A mismatch that is worth a verdict: the call as it was asked, and what the first asking showed. */
export interface Mismatch {
  readonly asking: Asking;
  /** The call as recorded; pinned anew for each retry. */
  readonly call: Call;
  readonly pinned: Pinned;
  /** The pins of the first asking. */
  readonly pins: Pins;
  readonly first: Comparison;
  /** Heads as they were last seen before the first asking. */
  readonly before: Heads;
  /** Asks the call with its control. */
  ask(call: Call): Promise<Comparison>;
  /** Asks both sides once more, without a control. */
  again(call: Call): Promise<Sides<Outcome>>;
}

const RETRIES = 4;
const RETRY_WAIT_MS = 150;
/** Looks for a level or moved head, the waits between them growing: 4 s in all. */
const DOUBTS = 12;
const DOUBT_WAIT_MS = 50;
/** Mismatches of one kind and place that were confirmed in full; later ones are asked again once. */
const CONFIRM_IN_FULL = 50;
const REMEMBERED_SIGNATURES = 10_000;
/** Requests of one look at both heads or at one block on both sides. */
const LOOK_SENDS = 2;

/** Lays a mismatch to a head that moved, a block that differs or state that is gone, or else confirms it. */
export async function settle(mismatch: Mismatch): Promise<Comparison> {
  const { first, pinned, before } = mismatch;
  const { pair } = first;
  if (pair === null) return first;
  if (isStateLost(mismatch, pair)) return uncomparable(first, "state-lost");
  const lowest =
    before.old === null || before.candidate === null
      ? null
      : Math.min(before.old.number, before.candidate.number);
  const dependence = dependenceOf(pinned, pair, lowest);
  if (dependence.on === "head") return settleAtHead(mismatch);
  if (dependence.on === "block") {
    // A block that neither side has yet: the answer rests on that, so on the heads.
    const highest = Math.max(before.old?.number ?? 0, before.candidate?.number ?? 0);
    return dependence.number > highest
      ? settleAtHead(mismatch)
      : settleAtBlock(mismatch, dependence.number);
  }
  return confirmed(mismatch, first, pinned.call);
}

/** The call needs a block below the oldest state of a side, or that side says so. */
function isStateLost({ asking, call, pinned }: Mismatch, { old, candidate }: Pair): boolean {
  const oldest = asking.run.oldestState();
  const { highest } = pinned;
  if (highest !== null && call.knowledge.state) {
    if (highest < oldest.old || highest < oldest.candidate) return true;
  }
  return (
    (oldest.old > 0 && saysStateLost(old.body)) ||
    (oldest.candidate > 0 && saysStateLost(candidate.body))
  );
}

/** The answer rests on one block: both sides must hold the same one, or the call is asked again at a new pin. */
async function settleAtBlock(mismatch: Mismatch, named: number): Promise<Comparison> {
  const { asking, call, pins } = mismatch;
  const { run } = asking;
  const chains = chainsOf(asking);
  let { first: comparison, pinned } = mismatch;
  let number = named;
  let hash = hashAt(pins, number);
  let reason: UncomparableReason = "reorg";
  for (let attempt = 0; attempt <= RETRIES && mayAsk(asking, LOOK_SENDS); attempt++) {
    const problem = await sameBlock(chains, number, hash);
    if (problem === null) {
      const dismissed = await settleDoubt(mismatch, comparison, pinned.call);
      return dismissed ?? confirmed(mismatch, comparison, pinned.call);
    }
    reason = problem;
    await pause(RETRY_WAIT_MS * attempt, run.signal);
    if (pinned.replaced.length > 0) await run.heads.refresh();
    const renewed = run.heads.pins();
    pinned = run.adapter.pin(call, renewed);
    number = pinned.highest ?? number;
    hash = hashAt(renewed, number);
    comparison = await mismatch.ask(pinned.call);
    if (comparison.state === "uncomparable") return comparison;
  }
  return uncomparable(comparison, reason);
}

/**
 * Some answers about a fixed block follow the head all the same (anvil's fee history ends with the fee after the head). Where
 * heads moved or differ, the call is asked until both stand on one block, or until old has moved on and shows whether it
 * repeats itself: what goes away then is dismissed. Null where there is no such doubt, or nothing went away.
 */
async function settleDoubt(
  mismatch: Mismatch,
  comparison: Comparison,
  call: Call,
): Promise<Comparison | null> {
  const { asking } = mismatch;
  const { pair } = comparison;
  if (pair === null || comparison.state !== "different") return null;
  if (wasConfirmed(asking, comparison, call)) return null;
  const chains = chainsOf(asking);
  const start = await headsOf(chains);
  if (stoodStill(mismatch.before, start)) return null;
  let before = start;
  for (let attempt = 1; attempt <= DOUBTS && mayAsk(asking, 3 + LOOK_SENDS); attempt++) {
    const moved = before.old !== null && before.old.hash !== start.old?.hash;
    const level = stoodStill(before, before);
    if (moved || level) {
      const again = await mismatch.ask(call);
      if (again.state === "uncomparable") return again;
      const after = await headsOf(chains);
      if (level && stoodStill(before, after)) return again.state === "different" ? null : again;
      if (moved && again.pair !== null) {
        const places = signature(comparison.differences);
        const follows = wavers(pair, again.pair.old, places, asking.run.examine);
        return follows ? uncomparable(comparison, headReason(after)) : null;
      }
      before = after;
      continue;
    }
    await pause(DOUBT_WAIT_MS * attempt, asking.run.signal);
    before = await headsOf(chains);
  }
  // No moment settled the doubt: only a mismatch that every further asking shows is worth a finding.
  const asked = await confirmed(mismatch, comparison, call);
  return asked.state === "different" && asked.confidence !== "confirmed"
    ? uncomparable(asked, "head-moved")
    : asked;
}

/** The answer rests on the head: it counts only where both heads are the same before and after. */
async function settleAtHead(mismatch: Mismatch): Promise<Comparison> {
  const { asking, call } = mismatch;
  const { run } = asking;
  const chains = chainsOf(asking);
  let { first: comparison, pinned, before } = mismatch;
  let after = await headsOf(chains);
  if (stoodStill(before, after)) return confirmed(mismatch, comparison, pinned.call);
  const filled = pinned.missing ? await settleFilledIn(mismatch) : null;
  if (filled !== null) return filled;
  for (let attempt = 0; attempt < RETRIES && mayAsk(asking, LOOK_SENDS); attempt++) {
    await pause(RETRY_WAIT_MS * attempt, run.signal);
    before = await headsOf(chains);
    pinned = run.adapter.pin(call, run.heads.pins());
    comparison = await mismatch.ask(pinned.call);
    after = await headsOf(chains);
    if (comparison.state === "uncomparable") return comparison;
    if (stoodStill(before, after)) return confirmed(mismatch, comparison, pinned.call);
  }
  return uncomparable(comparison, headReason(after));
}

/**
 * A call that named no block, asked at the pin: there is evidence that a head moved or differed, so what goes away here is
 * dismissed, and what stays is real. Null when it can't be asked so, or when its outcomes differ (how a missing
 * parameter is read is itself a finding: one side may answer it with an error).
 */
async function settleFilledIn(mismatch: Mismatch): Promise<Comparison | null> {
  const { asking, call, first } = mismatch;
  const { pair } = first;
  if (pair?.old.kind !== "reply" || pair.candidate.kind !== "reply") return null;
  const pins = asking.run.heads.pins();
  const filled = asking.run.adapter.fillIn(call, pins);
  if (filled === null) return null;
  const comparison = await mismatch.ask(filled);
  if (comparison.state !== "different" || pins.latest === null) return comparison;
  return settleAtBlock(
    {
      ...mismatch,
      call: filled,
      pinned: asking.run.adapter.pin(filled, pins),
      pins,
      first: comparison,
    },
    pins.latest.number,
  );
}

async function confirmed(
  mismatch: Mismatch,
  comparison: Comparison,
  call: Call,
): Promise<Comparison> {
  if (comparison.state !== "different") return comparison;
  const { asking } = mismatch;
  const { options, examine, confirmedBefore } = asking.run;
  const once = call.knowledge.cost === "heavy" || wasConfirmed(asking, comparison, call);
  const confidence = await confirm(comparison, {
    rounds: once ? Math.min(1, options.confirm) : options.confirm,
    examine,
    again: async () => (mayAsk(asking, 2) ? mismatch.again(call) : null),
  });
  if (confidence === "confirmed" && confirmedBefore.size < REMEMBERED_SIGNATURES) {
    const key = signatureOf(comparison, call);
    confirmedBefore.set(key, (confirmedBefore.get(key) ?? 0) + 1);
  }
  return { ...comparison, confidence };
}

function signatureOf({ differences }: Comparison, { method }: Call): string {
  return `${method} ${signature(differences).join(" ")}`;
}

/** The same mismatch was confirmed often enough: asking in full each time would only load the nodes. */
function wasConfirmed({ run }: Asking, comparison: Comparison, call: Call): boolean {
  return (run.confirmedBefore.get(signatureOf(comparison, call)) ?? 0) >= CONFIRM_IN_FULL;
}

function hashAt({ latest, safe, finalized }: Pins, number: number): string | null {
  return [latest, safe, finalized].find((block) => block?.number === number)?.hash ?? null;
}
