import type { Target } from "../../model/target.ts";

/** How a target's places stand in this process: how many are ours, how many are in use, who waits. */
export interface Places {
  readonly target: Target;
  /** Numbers of the places that are ours. */
  readonly own: Set<number>;
  inUse: number;
  readonly waiting: (() => void)[];
}

export function placesOf(target: Target): Places {
  return { target, own: new Set(), inUse: 0, waiting: [] };
}

/** Gives free places to those who wait, in their order. */
export function serve(places: Places): void {
  while (places.inUse < places.own.size) {
    const next = places.waiting.shift();
    if (next === undefined) return;
    places.inUse += 1;
    next();
  }
}

/**
 * How many of a target's `ceiling` places one of `workers` holds, by its rank among them: all places are given out, none twice.
 */
export function fairShare(ceiling: number, workers: number, rank: number): number {
  const count = Math.max(1, workers);
  return Math.floor(ceiling / count) + (rank < ceiling % count ? 1 : 0);
}
