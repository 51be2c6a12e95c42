import type { Comparison } from "../../model/comparison.ts";
import { NOISE_KINDS } from "../../model/kinds.ts";
import type { Place } from "../../model/difference.ts";

/** What asking a kept question again, thoroughly, showed. */
export interface Asked {
  readonly comparison: Comparison;
  readonly sends: number;
}

export type AskThoroughly = () => Promise<Asked>;

/** A place where old did not always repeat itself although mismatches were confirmed there, with how to ask for them. */
export interface Doubtful {
  readonly place: Place;
  readonly questions: readonly AskThoroughly[];
}

/**
 * Remembers a few confirmed mismatches of each place, and the places where old does not repeat itself. Only at the end is it
 * known of which place both is true: what chance confirmed there goes away when it is asked often enough, a change does not.
 */
export interface KeptQuestions {
  confirmed(comparison: Comparison, ask: AskThoroughly): void;
  /** Told of every call's comparison. */
  see(comparison: Comparison): void;
  doubtful(): readonly Doubtful[];
}

/** Chance may have confirmed the first ones of a place that is changed as well. */
const QUESTIONS = 5;
/** Odd methods and places past this many must not fill the memory. */
const MOST_PLACES = 2_000;

export function createKeptQuestions(): KeptQuestions {
  const kept = new Map<string, { place: Place; questions: AskThoroughly[] }>();
  const noisy = new Set<string>();
  return {
    confirmed(comparison, ask) {
      for (const place of placesOf(comparison)) {
        const key = keyOf(place);
        const known = kept.get(key);
        if (known === undefined) {
          if (kept.size < MOST_PLACES) kept.set(key, { place, questions: [ask] });
        } else if (known.questions.length < QUESTIONS) known.questions.push(ask);
      }
    },
    see({ method, unrepeated, excused }) {
      if (unrepeated.length === 0 && excused.length === 0) return;
      for (const { kind, pattern } of [...unrepeated, ...excused]) {
        if (noisy.size < MOST_PLACES) noisy.add(keyOf({ method, kind, path: pattern }));
      }
    },
    doubtful: () => [...kept].flatMap(([key, value]) => (noisy.has(key) ? [value] : [])),
  };
}

/** Where a comparison has a difference that is no noise. */
export function placesOf({ method, differences }: Comparison): Place[] {
  return differences
    .filter(({ kind }) => !NOISE_KINDS.has(kind))
    .map(({ kind, pattern }) => ({ method, kind, path: pattern }));
}

export function keyOf({ method, kind, path }: Place): string {
  return `${kind}\n${method}\n${path}`;
}
