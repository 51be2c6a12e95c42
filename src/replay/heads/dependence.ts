import { nodesOf } from "../../chains/nodes.ts";
import type { Outcome, Pair } from "../../model/pair.ts";
import type { Pinned } from "../../protocol/adapter.ts";

/** What a call's answer rests on, so that a mismatch can be laid to a head rather than to the candidate. */
export type Dependence =
  | { readonly on: "nothing" }
  /** On the latest block of whoever answers. */
  | { readonly on: "head" }
  /** On this block being the same one on both sides. */
  | { readonly on: "block"; readonly number: number };

/** Blocks further below the head than this do not move any more. */
const SETTLED_BLOCKS = 128;
/** Answers name their block near their beginning; reading a whole trace for it would cost more than comparing it. */
const LOOK_AT_BYTES = 256 * 1024;

/** `lowestHead` is the lower of both heads, or null where heads are not known: then nothing can be laid to them. */
export function dependenceOf(pinned: Pinned, pair: Pair, lowestHead: number | null): Dependence {
  if (lowestHead === null) return { on: "nothing" };
  const { knowledge } = pinned.call;
  if (knowledge.followsHead || pinned.missing || pinned.left.length > 0) return { on: "head" };
  const number = pinned.highest ?? namedIn(pair);
  if (number !== null) {
    return number > lowestHead - SETTLED_BLOCKS ? { on: "block", number } : { on: "nothing" };
  }
  // Neither side names a block and one has nothing: a transaction that is still pending on one of them.
  const nothing = isNull(pair.old.body) !== isNull(pair.candidate.body);
  return nothing ? { on: "head" } : { on: "nothing" };
}

/** The side that has nothing (an error, null) where the other has an answer: what it lacks may be a block or its state. */
export function lackingSide({ old, candidate }: Pair): "old" | "candidate" | null {
  const lacks = { old: hasNothing(old), candidate: hasNothing(candidate) };
  if (lacks.old === lacks.candidate) return null;
  return lacks.old ? "old" : "candidate";
}

function hasNothing({ kind, body }: Outcome): boolean {
  return kind === "fault" || (kind === "reply" && isNull(body));
}

/** The highest block that either answer names, or null. */
function namedIn({ chain, old, candidate }: Pair): number | null {
  const pattern = nodesOf(chain).namedBlock;
  if (pattern === null) return null;
  let highest: number | null = null;
  for (const body of [old.body, candidate.body]) {
    if (body === null) continue;
    const text = body.toString("latin1", 0, LOOK_AT_BYTES);
    for (const [, number] of text.matchAll(pattern)) {
      highest = Math.max(highest ?? 0, Number(number));
    }
  }
  return highest;
}

function isNull(body: Buffer | null): boolean {
  return body !== null && body.length < 200 && /"result"\s*:\s*null/.test(body.toString("latin1"));
}
