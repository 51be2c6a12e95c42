import type { UncomparableReason } from "../../model/pair.ts";
import type { Asking, Sides } from "../ask/asking.ts";
import type { ChainView, Block } from "../../chains/chain.ts";
import { looker } from "../ask/lane.ts";

export type Heads = Sides<Block | null>;

/** What both targets say of their chain, over the connections that the call itself uses. */
export function chainsOf(asking: Asking): Sides<ChainView> {
  const { run, lane, tally, old, candidate } = asking;
  return {
    old: run.chain(looker(lane, old, tally)),
    candidate: run.chain(looker(lane, candidate, tally)),
  };
}

export async function headsOf(chains: Sides<ChainView>): Promise<Heads> {
  const [old, candidate] = await Promise.all([chains.old.head(), chains.candidate.head()]);
  return { old, candidate };
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

/** Whether both sides hold one block at this height; else why the call can't be compared. */
export async function sameBlock(
  chains: Sides<ChainView>,
  number: number,
  hash: string | null,
): Promise<UncomparableReason | null> {
  const [old, candidate] = await Promise.all([chains.old.at(number), chains.candidate.at(number)]);
  if (old === null || candidate === null) return "node-behind";
  const wanted = hash ?? old.hash;
  return old.hash === wanted && candidate.hash === wanted ? null : "reorg";
}
