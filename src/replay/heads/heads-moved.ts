import type { Sides } from "../../model/target.ts";
import type { UncomparableReason } from "../../model/pair.ts";
import type { Block } from "../../chains/chain.ts";

export type Heads = Sides<Block | null>;

/** The lower of both heads, or null where one is not known: then nothing can be laid to them. */
export function lowestHead({ old, candidate }: Heads): number | null {
  return old === null || candidate === null ? null : Math.min(old.number, candidate.number);
}

/** Nothing moved between two looks, and both sides stand on the same block. */
export function stoodStill(before: Heads, after: Heads): boolean {
  return (
    after.old !== null &&
    after.old.hash === after.candidate?.hash &&
    after.old.hash === before.old?.hash &&
    after.old.hash === before.candidate?.hash
  );
}

/** Why heads that do not stand still make a call uncomparable. */
export function headReason({ old, candidate }: Heads): UncomparableReason {
  return old !== null && candidate !== null && old.number !== candidate.number
    ? "node-behind"
    : "head-moved";
}

/** Null where both sides hold one block at a height, of this hash where one is wanted; else why the call can't be compared. */
export function blockProblem(
  { old, candidate }: Sides<Block | null>,
  hash: string | null,
): UncomparableReason | null {
  if (old === null || candidate === null) return "node-behind";
  const wanted = hash ?? old.hash;
  return old.hash === wanted && candidate.hash === wanted ? null : "reorg";
}
