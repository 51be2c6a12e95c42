import type { Comparison } from "../model/comparison.ts";
import { mismatchOf } from "../replay/compare/settle.ts";

/**
 * What of the budget has to be there before one more mismatch of a kind is settled. A kind that was often asked about, with a finding
 * that stands or with nothing in the end, waits until there is plenty: what is new is asked about first.
 */
export interface Worth {
  /** Requests of old that are to be there beyond the least. */
  beyond(comparisons: readonly Comparison[]): number;
  /** So many of these mismatches were settled, whatever came of it. */
  settled(comparisons: readonly Comparison[]): void;
  forget(): void;
}

/** Askings of one kind that are as urgent as the first. */
const URGENT = 3;
const PER_ASKING = 5;
/** Below what can be saved up at all. */
const MOST_BEYOND = 100;
/** Odd methods and places past this many must not fill the memory. */
const REMEMBERED = 10_000;

export function createWorth(): Worth {
  const asked = new Map<string, number>();
  return {
    beyond(comparisons) {
      const times = comparisons.flatMap(mismatchOf).map((key) => asked.get(key) ?? 0);
      const least = Math.min(...(times.length === 0 ? [0] : times));
      return Math.min(MOST_BEYOND, Math.max(0, least - URGENT) * PER_ASKING);
    },
    settled(comparisons) {
      for (const key of comparisons.flatMap(mismatchOf)) {
        if (asked.size < REMEMBERED || asked.has(key)) asked.set(key, (asked.get(key) ?? 0) + 1);
      }
    },
    forget: () => asked.clear(),
  };
}
