import pLimit, { type LimitFunction } from "p-limit";
import type { Run } from "../ask/asking.ts";
import type { ReplayInput } from "./input.ts";
import type { Network } from "../ask/network.ts";
import type { Target, Side } from "../../model/target.ts";

/** What every call of a run shares. Heads must have been looked at once. */
export function runOf(input: ReplayInput, network: Network, signal: AbortSignal): Run {
  const { options, adapters, examine, oldestState } = input;
  const heavy = new Map<Target, LimitFunction>();
  const limitOf = (target: Target): LimitFunction => {
    const limit = heavy.get(target) ?? pLimit(1);
    heavy.set(target, limit);
    return limit;
  };
  const { exclusive } = input;
  const only = async <T>(target: Target, work: () => Promise<T>): Promise<T> => {
    const giveBack = await exclusive?.(target);
    try {
      return await work();
    } finally {
      giveBack?.();
    }
  };
  const { heads } = network;
  const startHead = {
    old: heads.head(0)?.number ?? 0,
    candidate: heads.head(options.old.length)?.number ?? 0,
  };
  // A pruning node drops a state with each block that it adds.
  const moved = (side: Side, view: number): number =>
    oldestState[side] === 0
      ? 0
      : oldestState[side] + Math.max(0, (heads.head(view)?.number ?? 0) - startHead[side]);
  return {
    options,
    adapters,
    heads,
    examine,
    signal,
    chain: (ask) => network.chain(ask),
    oldestState: () => ({
      old: moved("old", 0),
      candidate: moved("candidate", options.old.length),
    }),
    confirmedBefore: new Map(),
    driftDoubted: new Map(),
    unpinnedAsked: new Map(),
    // Always old before candidate, so that two heavy calls can't wait for each other.
    alone: (targets, work) =>
      targets.reduceRight<typeof work>(
        (inner, one) => () => limitOf(one)(() => only(one, inner)),
        work,
      )(),
    viewOf: ({ side, index }) => (side === "old" ? index : options.old.length + index),
  };
}
