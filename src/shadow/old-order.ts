import type { Split } from "../protocol/adapter.ts";

/**
 * Whether old answers its batches in the order of their calls, as learnt of what passed. A cluster that deals calls out to several
 * nodes may not: then another order of the candidate's says nothing until old was asked again.
 */
export interface OldOrder {
  see(split: Split): void;
  isKept(): boolean;
}

/** Batches of two calls and more that were all answered in order: one that answers in any order is found out by then. */
const ENOUGH = 20;

export function createOldOrder(): OldOrder {
  let kept = 0;
  let broken = false;
  return {
    see({ order }) {
      const calls = order.filter((call) => call >= 0);
      if (calls.length < 2) return;
      kept++;
      broken ||= calls.some((call, index) => index > 0 && call < (calls[index - 1] ?? 0));
    },
    isKept: () => !broken && kept >= ENOUGH,
  };
}
