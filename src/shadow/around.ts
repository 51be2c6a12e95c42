import type { Comparison } from "../model/comparison.ts";
import { pause } from "../pause.ts";
import type { Call, Pins } from "../protocol/adapter.ts";
import { askSide, type Asking } from "../replay/ask/asking.ts";
import type { Plan } from "../replay/drive/plan.ts";
import { stoodStill, type Heads } from "../replay/heads/heads-moved.ts";
import { adapterOf, compare, NO_PINS } from "./comparing.ts";
import type { Live, Mismatch } from "./live.ts";

/** Blocks that old may have gone on by between two looks, or the candidate be ahead of it. */
const BLOCKS_BACK = 8;
/** How long the candidate may take to catch up with old before a mismatch is laid to it: 2 s. */
const CATCH_UP_LOOKS = 20;
const CATCH_UP_MS = 100;

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

/**
 * A mismatch may come of heads that moved or differed, and then costs old nothing: the client's answer was given at one of the
 * blocks that old stood on meanwhile, and the candidate is asked at each of them. Equal at one is dismissed with that
 * evidence. Null where there is no such evidence, or nothing was equal.
 */
export async function atHeadsOfOld(
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
