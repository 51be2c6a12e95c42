import type { Observed } from "../ask/lane.ts";

/** A side's latency against its own at the start, like with like: traffic that goes from light calls to traces is no slowdown. */
export interface Speed {
  add(answer: Observed): void;
  /** How many times as long the window's answers took, and what was slowed down most, if anything was. A new window begins. */
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
  /** By likeness and size. */
  const bases = new Map<string, (Base | undefined)[]>();
  let watched = 0;
  let window: { like: string; ratio: number }[] = [];

  const baseOf = (like: string, bytes: number): Base | undefined => {
    // A method's answers differ in work as they differ in size: a range of one block, and of ten thousand.
    const size = Math.round(Math.log2(bytes + 1) / 2);
    const sizes = bases.get(like);
    const known = sizes?.[size];
    if (known !== undefined || watched >= MOST_LIKENESSES) return known;
    watched += 1;
    const base: Base = { first: [], ms: null };
    if (sizes === undefined) bases.set(like, [...Array<undefined>(size), base]);
    else sizes[size] = base;
    return base;
  };
  return {
    add({ like, ms, bytes }) {
      const base = baseOf(like, bytes);
      if (base === undefined) return;
      if (base.ms !== null) {
        const ratio = ms / base.ms;
        window.push({ like, ratio: ms <= QUICK_MS ? Math.min(1, ratio) : ratio });
        return;
      }
      base.first.push(ms);
      if (base.first.length >= BASE_ANSWERS) base.ms = Math.max(1, median(base.first));
    },
    ofWindow() {
      const seen = window;
      window = [];
      if (seen.length < FEW_ANSWERS) return NONE;
      const factor = middle(seen);
      // Only a slowdown is told with its cause.
      return factor < 1 ? { factor, worst: "" } : { factor, worst: slowest(seen) };
    },
  };
}

interface Base {
  readonly first: number[];
  /** Null until enough have come. */
  ms: number | null;
}

/** The likeness whose answers were slowed down most. */
function slowest(window: readonly { readonly like: string; readonly ratio: number }[]): string {
  let worst = { like: "", factor: -Infinity };
  for (const [like, own] of Map.groupBy(window, (one) => one.like)) {
    const factor = middle(own);
    if (factor > worst.factor) worst = { like, factor };
  }
  return worst.like;
}

function middle(ratios: readonly { readonly ratio: number }[]): number {
  return median(ratios.map(({ ratio }) => ratio));
}

function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[Math.floor(values.length / 2)] ?? 0;
}
