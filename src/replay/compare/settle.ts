import type { Sides } from "../../model/target.ts";
import type { Block } from "../../chains/chain.ts";
import { uncomparable, type Comparison } from "../../model/comparison.ts";
import type { Pair, UncomparableReason } from "../../model/pair.ts";
import type { Pins } from "../../protocol/adapter.ts";
import { saysStateLost } from "../../protocol/phrases.ts";
import type { Examine } from "../ask/asking.ts";
import { dependenceOf, lackingSide } from "../heads/dependence.ts";
import {
  blockProblem,
  headReason,
  lowestHead,
  stoodStill,
  type Heads,
} from "../heads/heads-moved.ts";
import { confirm, signature, wavers } from "./confirm.ts";
import type { Found, Next, Question, Settling } from "./question.ts";

/** What a mismatch is judged by beside its own question. */
export interface Rules {
  /** Times that a mismatch is asked again on both sides; heavy methods once. */
  readonly confirm: number;
  /** Waits, in ms, for a candidate that takes no connection any more; none where traffic can't wait for it. */
  readonly comesBackMs?: readonly number[];
  /** After this, in ms, what was confirmed near the head is asked once more: parts of a node may come after its head. */
  readonly lateMs?: number;
  /** Heavy methods and known mismatches as often as any. */
  readonly thorough?: boolean;
  readonly examine: Examine;
  /** Oldest block whose state all targets of a side hold; 0 where none is known to be gone. */
  readonly oldestState: Sides<number>;
  /** Whether each difference of a mismatch was confirmed so often that asking in full again would only load the nodes. */
  isKnown(mismatch: readonly string[]): boolean;
}

/** Looks at a level or moved head, or at one block, before it is given up: 1.5 s in all. */
const RETRIES = 4;
const RETRY_WAIT_MS = 150;
/** Looks for a moment in which nothing moves, the waits between them growing: 4 s in all, some blocks of most chains. */
const DOUBTS = 12;
const DOUBT_WAIT_MS = 50;

/**
 * What became of a call: lays a mismatch to a head that moved, a block that differs, a side that is behind or state that is
 * gone, or else confirms it. Pure: it says what to ask next until it can say what became of the call.
 */
export function* settle(question: Question, rules: Rules): Settling {
  const { comparison, asked, before } = question;
  const { pair } = comparison;
  if (comparison.state !== "different" || pair === null) return comparison;
  // No answer at all is no matter of heads: that a node which broke off is not back yet would pass for one.
  if (isSilence(comparison)) return yield* confirmed(question, rules);
  if (saysLost(question, pair, rules)) return uncomparable(comparison, "state-lost");
  const lacking = lackingSide(pair);
  const lowest = lowestHead(before);
  let dependence = dependenceOf(asked, pair, lowest);
  let number = asked.highest;
  if (lacking !== null && dependence.on !== "head" && asked.highest === null && lowest !== null) {
    number = (yield { want: "place", of: question }).place ?? null;
    if (number !== null) dependence = { on: "block", number };
  }
  if (lacking !== null && number !== null && asked.call.knowledge.state) {
    // What names no block itself (a trace) is run on top of the block before the one that it stands in.
    const needed = asked.highest === null ? Math.max(0, number - 1) : number;
    const stands = before[lacking]?.number ?? -1;
    if (needed <= stands && (yield* isStateGone(needed, lacking))) {
      return uncomparable(comparison, "state-lost");
    }
  }
  if (dependence.on === "nothing") return yield* confirmed(question, rules);
  if (dependence.on === "head") return yield* atHead(question, rules);
  // A block that neither side has yet: the answer rests on that, so on the heads.
  const highest = Math.max(before.old?.number ?? 0, before.candidate?.number ?? 0);
  return dependence.number > highest && asked.highest !== null
    ? yield* atHead(question, rules)
    : yield* atBlock(question, dependence.number, rules);
}

/** The call needs a block below the oldest state of a side, or a side that drops states says so. */
function saysLost({ asked, call }: Question, pair: Pair, { oldestState }: Rules): boolean {
  const { old, candidate } = oldestState;
  const { highest } = asked;
  if (highest !== null && call.knowledge.state && (highest < old || highest < candidate))
    return true;
  return (
    (old > 0 && saysStateLost(pair.old.body)) ||
    (candidate > 0 && saysStateLost(pair.candidate.body))
  );
}

/** Whether the side that errs lacks the state, whatever words it has for that: asked for the plainest thing in it. */
function* isStateGone(
  number: number,
  lacking: "old" | "candidate",
): Generator<Next, boolean, Found> {
  const { states } = yield { want: "states", number };
  return states?.[lacking] === false;
}

/** The answer rests on one block: both sides must hold the same one, or the call is asked again at a new pin. */
function* atBlock(first: Question, named: number, rules: Rules): Settling {
  let question = first;
  let number = named;
  let hash = hashAt(question.pins, number);
  let reason: UncomparableReason | null = null;
  let tooEarly = false;
  for (let attempt = 0; attempt <= RETRIES; attempt++) {
    const { blocks } = yield { want: "blocks", number, afterMs: RETRY_WAIT_MS * attempt };
    if (blocks === undefined) break;
    reason = blockProblem(blocks, hash);
    if (reason === null && !tooEarly) return yield* doubted(question, rules);
    // Until the side that lacks the block has it, asking again would only load the nodes.
    tooEarly = reason === "node-behind" && question.asked.replaced.length === 0;
    if (tooEarly) continue;
    const next = yield { want: "ask", of: question, how: "pinned-anew", afterMs: 0 };
    if (next.question === undefined) break;
    ({ question } = next);
    if (question.comparison.state === "uncomparable") return question.comparison;
    number = question.asked.highest ?? number;
    hash = hashAt(question.pins, number);
  }
  return reason === null ? question.comparison : uncomparable(question.comparison, reason);
}

/**
 * Some answers about a fixed block follow the head all the same (anvil's fee history ends with the fee after the head). Where
 * heads moved or differ, the call is asked until both stand on one block, or until old has moved on and shows whether it
 * repeats itself: what goes away then is dismissed.
 */
function* doubted(question: Question, rules: Rules): Settling {
  const { comparison } = question;
  const { pair } = comparison;
  if (comparison.state !== "different" || pair === null) return comparison;
  if (isKnown(question, rules)) return yield* confirmed(question, rules);
  const start = (yield { want: "heads", afterMs: 0 }).heads;
  if (start === undefined || stoodStill(question.before, start)) {
    return yield* lasting(question, rules);
  }
  let now: Heads | undefined = start;
  for (let attempt = 1; attempt <= DOUBTS && now !== undefined; attempt++) {
    const moved = now.old !== null && now.old.hash !== start.old?.hash;
    if (moved || stoodStill(now, now)) {
      const next = yield { want: "ask", of: question, how: "as-it-was", afterMs: 0 };
      if (next.question === undefined) break;
      const after = (yield { want: "heads", afterMs: 0 }).heads;
      const again: Comparison = next.question.comparison;
      if (again.state === "uncomparable" || after === undefined) return again;
      if (stoodStill(next.question.before, after)) {
        return again.state === "different" ? yield* lasting(next.question, rules) : again;
      }
      if (moved && again.pair !== null) {
        const places = signature(comparison.differences);
        return wavers(pair, again.pair.old, places, rules.examine)
          ? uncomparable(comparison, headReason(after))
          : yield* firmly(question, rules);
      }
      now = after;
      continue;
    }
    now = (yield { want: "heads", afterMs: DOUBT_WAIT_MS * attempt }).heads;
  }
  return yield* firmly(question, rules);
}

/** No moment settled the doubt: only a mismatch that every further asking shows is worth a finding. */
function* firmly(question: Question, rules: Rules): Settling {
  const asked = yield* confirmed(question, rules);
  return asked.state === "different" && asked.confidence !== "confirmed"
    ? uncomparable(asked, "head-moved")
    : asked;
}

/** The answer rests on the head: it counts only where both heads are the same before and after. */
function* atHead(first: Question, rules: Rules): Settling {
  let question = first;
  let after = (yield { want: "heads", afterMs: 0 }).heads;
  if (after === undefined || stoodStill(question.before, after)) {
    return yield* lasting(question, rules);
  }
  if (question.asked.missing) {
    const filled = yield* filledIn(question, rules);
    if (filled !== null) return filled;
  }
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    const afterMs = RETRY_WAIT_MS * attempt;
    const next = yield { want: "ask", of: question, how: "pinned-anew", afterMs };
    if (next.question === undefined) break;
    ({ question } = next);
    if (question.comparison.state === "uncomparable") return question.comparison;
    const seen = (yield { want: "heads", afterMs: 0 }).heads;
    if (seen === undefined) break;
    after = seen;
    if (stoodStill(question.before, after)) return yield* lasting(question, rules);
  }
  return uncomparable(question.comparison, headReason(after));
}

/**
 * A call that named no block, asked at the pin: there is evidence that a head moved or differed, so what goes away here is
 * dismissed, and what stays is real. Null when it can't be asked so, or when its outcomes differ (how a missing
 * parameter is read is itself a finding: one side may answer it with an error).
 */
function* filledIn(question: Question, rules: Rules): Generator<Next, Comparison | null, Found> {
  const { pair } = question.comparison;
  if (pair?.old.kind !== "reply" || pair.candidate.kind !== "reply") return null;
  const next = yield { want: "ask", of: question, how: "filled-in", afterMs: 0 };
  if (next.question === undefined) return null;
  const { comparison, pins } = next.question;
  if (comparison.state !== "different" || pins.latest === null) return comparison;
  return yield* atBlock(next.question, pins.latest.number, rules);
}

/**
 * A node tells its new head before all of it has seen that (anvil's fee history is gathered beside it): what differs then goes
 * away a moment later, and asking again at once only confirms it. What lasts is a finding.
 */
function* lasting(question: Question, rules: Rules): Settling {
  const asked = yield* confirmed(question, rules);
  const { lateMs } = rules;
  if (lateMs === undefined || asked.confidence !== "confirmed" || isKnown(question, rules))
    return asked;
  const late = yield { want: "ask", of: question, how: "as-it-was", afterMs: lateMs };
  const again = late.question?.comparison;
  if (again?.state !== "same") return asked;
  // What was looked at strictly, as no head moved, is looked at so again.
  const strict = question.comparison.pair?.oneBlock === true && again.pair?.oneBlock !== true;
  const last = strict && again.pair ? rules.examine({ ...again.pair, oneBlock: true }) : again;
  return last.state === "same" ? uncomparable(asked, "head-moved") : asked;
}

/** Asks again as often as this mismatch is worth, and says how much it then is. */
export function* confirmed(question: Question, rules: Rules): Settling {
  const { comparison, call } = question;
  if (comparison.state !== "different") return comparison;
  const once =
    rules.thorough !== true && (call.knowledge.cost === "heavy" || isKnown(question, rules));
  const confidence = yield* confirm(question, {
    rounds: once ? Math.min(1, rules.confirm) : rules.confirm,
    examine: rules.examine,
    ...(rules.comesBackMs === undefined ? {} : { comesBackMs: rules.comesBackMs }),
  });
  if (confidence !== "gone") return { ...comparison, confidence };
  // A node that went away while it was asked, and stays away, says nothing of the call; an answer that it gave before does.
  return isSilence(comparison)
    ? uncomparable(comparison, "candidate-gone")
    : { ...comparison, confidence: "probable" };
}

function isSilence({ differences }: Comparison): boolean {
  return differences.length > 0 && differences.every(({ kind }) => kind === "no-answer");
}

function isKnown({ comparison }: Question, rules: Rules): boolean {
  return rules.isKnown(mismatchOf(comparison));
}

/** Method, kind and place of each difference: what makes two calls' differences one. */
export function mismatchOf({ method, differences }: Comparison): string[] {
  return signature(differences).map((difference) => `${method} ${difference}`);
}

function hashAt({ latest, safe, finalized }: Pins, number: number): string | null {
  const pinned: readonly (Block | null)[] = [latest, safe, finalized];
  return pinned.find((block) => block?.number === number)?.hash ?? null;
}
