import type { Fork } from "./pinning.ts";

/** How many blocks two chains must stay apart before it is no longer a block that is still on its way. */
const PERSISTS_FOR_BLOCKS = 3;

/**
 * Tells a lasting split from a short reorg: the hash at one height still differs when the common height is 3 blocks further,
 * or the height is at or below a finalized block. Returns the fork once it is a split.
 */
export function createSplitWatch(): (fork: Fork | null) => Fork | null {
  let first: Fork | null = null;
  return (fork) => {
    if (fork === null) {
      first = null;
      return null;
    }
    // The same two blocks as before at the same height, or a new parting of ways.
    const same = first !== null && first.height === fork.height && sameHashes(first, fork);
    if (!same) first = fork;
    const since = same && first !== null ? first.height : fork.height;
    const lasting = fork.common - since + 1 >= PERSISTS_FOR_BLOCKS;
    return lasting || fork.height <= fork.finalized ? fork : null;
  };
}

function sameHashes(a: Fork, b: Fork): boolean {
  return a.hashes.every((hash, index) => hash === b.hashes[index]);
}
