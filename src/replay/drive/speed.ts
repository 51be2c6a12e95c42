import type { Observed } from "../ask/lane.ts";

/** Old's latency against its own at the start, like with like: traffic that goes from light calls to traces is no slowdown. */
export interface Speed {
  add(answer: Observed): void;
  /** How many times as long the window's answers took, and whose ratio was worst. A new window begins. */
  ofWindow(): { readonly slowdown: number; readonly worst: string };
}

/** Answers of one likeness whose median is what later ones are held against. */
const BASE_ANSWERS = 20;
/** Fewer comparable answers in a window prove nothing. */
const FEW_ANSWERS = 50;
/** Answers within this many ms are quick whatever they were at the start. */
const QUICK_MS = 25;
/** Likenesses past this many are not watched: odd method names must not fill the memory. */
const MOST_LIKENESSES = 1_000;

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
      if (window.length < FEW_ANSWERS) return { slowdown: 1, worst: "" };
      window.sort((a, b) => a.ratio - b.ratio);
      const slowdown = window[Math.floor(window.length / 2)]?.ratio ?? 1;
      return { slowdown, worst: window.at(-1)?.like ?? "" };
    },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
