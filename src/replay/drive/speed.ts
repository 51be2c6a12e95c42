import type { Observed } from "../ask/lane.ts";

/** A side's latency against its own at the start, like with like: traffic that goes from light calls to traces is no slowdown. */
export interface Speed {
  add(answer: Observed): void;
  /** How many times as long the window's answers took, and what was slowed down most. A new window begins. */
  ofWindow(): Slowdown;
}

export interface Slowdown {
  /** Median over the answers that can be compared; 1 where they are too few. */
  readonly factor: number;
  readonly worst: string;
}

/** Answers of one likeness whose median is what later ones are held against. */
const BASE_ANSWERS = 20;
/** Fewer comparable answers in a window prove nothing. */
const FEW_ANSWERS = 50;
/**
 * Answers within this many ms are quick whatever they were at the start: sixteen asked at once of a busy machine take some
 * tens of ms that two take one of, and no client notices.
 */
const QUICK_MS = 100;
/** Likenesses past this many are not watched: odd method names must not fill the memory. */
const MOST_LIKENESSES = 1_000;

const NONE: Slowdown = { factor: 1, worst: "" };

export function createSpeed(): Speed {
  const bases = new Map<string, number[] | number>();
  let ratios: { like: string; ratio: number }[] = [];
  return {
    add({ like, ms, bytes }) {
      // A method's answers differ in work as they differ in size: a range of one block, and of ten thousand.
      const key = `${like} of 4^${Math.round(Math.log2(bytes + 1) / 2)} bytes`;
      const base = bases.get(key);
      if (typeof base === "number") {
        ratios.push({ like, ratio: ms <= QUICK_MS ? Math.min(1, ms / base) : ms / base });
        return;
      }
      if (base === undefined) {
        if (bases.size < MOST_LIKENESSES) bases.set(key, [ms]);
        return;
      }
      base.push(ms);
      if (base.length >= BASE_ANSWERS) bases.set(key, Math.max(1, median(base)));
    },
    ofWindow() {
      const window = ratios;
      ratios = [];
      if (window.length < FEW_ANSWERS) return NONE;
      const likenesses = Map.groupBy(window, ({ like }) => like);
      const slowest = [...likenesses].map(([like, own]) => ({ like, factor: middle(own) }));
      const [worst] = slowest.sort((a, b) => b.factor - a.factor);
      return { factor: middle(window), worst: worst?.like ?? "" };
    },
  };
}

function middle(ratios: readonly { readonly ratio: number }[]): number {
  return median(ratios.map(({ ratio }) => ratio));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
