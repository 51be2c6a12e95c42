import type { JsonValue } from "../model/json.ts";
import { sameValue } from "./equal.ts";
import { identityOf, isObject, sameNames } from "./identity.ts";
import { commonSubsequence, longestRising } from "./sequence.ts";

/** Which items of two arrays belong together. */
export interface Alignment {
  /** Index in old and in candidate of the same item, in the candidate's order. */
  readonly matched: readonly (readonly [old: number, candidate: number])[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Whether matched items changed their order. */
  readonly reordered: boolean;
}

/**
 * Matches items by identity, then those that are equal, then what is left in the same gap by position.
 * One inserted item is one addition, whatever follows it.
 */
export function align(old: readonly JsonValue[], candidate: readonly JsonValue[]): Alignment {
  const identify = identityOf(old, candidate);
  const pairs = identify
    ? byName(old.map(identify), candidate.map(identify))
    : byName(...valueNames(old, candidate));
  const rising = new Set(longestRising(pairs.map(([index]) => index)));
  const kept = pairs.filter((_, index) => rising.has(index));
  const filled = fillGaps(old, candidate, kept, pairs);
  return { ...filled, reordered: kept.length < pairs.length };
}

/**
 * Whether items belong together by position: the same names at the same places, or at most one item that differs.
 * Decided before anything below is compared, so that no level is walked twice.
 */
export function inPlace(old: readonly JsonValue[], candidate: readonly JsonValue[]): boolean {
  if (old.length !== candidate.length) return false;
  if (old.length < 2) return true;
  if (sameNames(old, candidate)) return true;
  let different = 0;
  for (let index = 0; index < old.length && different < 2; index += 1) {
    if (!sameValue(old[index], candidate[index])) different += 1;
  }
  return different < 2;
}

/** Pairs of equal names, in candidate's order; a name that repeats is matched in order. */
function byName(
  old: readonly (string | undefined)[],
  candidate: readonly (string | undefined)[],
): (readonly [number, number])[] {
  if (hasRepeats(old) || hasRepeats(candidate)) return commonSubsequence(old, candidate);
  const places = new Map<string, number>();
  for (const [index, name] of old.entries()) if (name !== undefined) places.set(name, index);
  const pairs: (readonly [number, number])[] = [];
  for (const [index, name] of candidate.entries()) {
    const place = name === undefined ? undefined : places.get(name);
    if (place !== undefined) pairs.push([place, index]);
  }
  return pairs;
}

function hasRepeats(names: readonly (string | undefined)[]): boolean {
  return new Set(names).size < names.length;
}

/** Names equal values alike on both sides. */
function valueNames(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
): [string[], string[]] {
  return [old.map(nameOf), candidate.map(nameOf)];
}

function nameOf(value: JsonValue): string {
  try {
    return canonical(value);
  } catch {
    return "too deep";
  }
}

/** The text of a value with its keys in order. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
    .join(",")}}`;
}

/** In each gap between kept items, what is left on both sides is one changed item where the two are alike. */
function fillGaps(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  kept: readonly (readonly [number, number])[],
  pairs: readonly (readonly [number, number])[],
): Omit<Alignment, "reordered"> {
  const usedOld = new Set(pairs.map(([index]) => index));
  const usedCandidate = new Set(pairs.map(([, index]) => index));
  const matched = [...pairs];
  const removed: number[] = [];
  const added: number[] = [];
  let oldStart = 0;
  let candidateStart = 0;
  for (const [oldEnd, candidateEnd] of [...kept, [old.length, candidate.length] as const]) {
    const left = rest(oldStart, oldEnd, usedOld);
    const right = rest(candidateStart, candidateEnd, usedCandidate);
    pairAlike(old, candidate, left, right, { matched, removed, added });
    oldStart = oldEnd + 1;
    candidateStart = candidateEnd + 1;
  }
  matched.sort((a, b) => a[1] - b[1]);
  return { matched, removed, added };
}

function rest(from: number, to: number, used: ReadonlySet<number>): number[] {
  const left: number[] = [];
  for (let index = from; index < to; index += 1) if (!used.has(index)) left.push(index);
  return left;
}

function pairAlike(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  left: readonly number[],
  right: readonly number[],
  into: { matched: (readonly [number, number])[]; removed: number[]; added: number[] },
): void {
  let next = 0;
  for (const oldIndex of left) {
    // Look ahead a little only: a gap may hold thousands of items on both sides.
    const limit = left.length === right.length ? next + 1 : Math.min(right.length, next + 8);
    let found = -1;
    for (let at = next; at < limit && found < 0; at += 1) {
      const index = right[at];
      if (index !== undefined && isAlike(old[oldIndex], candidate[index])) found = at;
    }
    if (found < 0) {
      into.removed.push(oldIndex);
      continue;
    }
    for (let at = next; at < found; at += 1) into.added.push(right[at] ?? 0);
    into.matched.push([oldIndex, right[found] ?? 0]);
    next = found + 1;
  }
  for (let at = next; at < right.length; at += 1) into.added.push(right[at] ?? 0);
}

/** Objects that share more than half of their fields' values, or two values of another kind. */
function isAlike(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (!isObject(a) || !isObject(b))
    return Array.isArray(a) === Array.isArray(b) && isObject(a) === isObject(b);
  const keys = Object.keys(a);
  const shared = keys.filter((key) => Object.hasOwn(b, key));
  if (shared.length === 0) return keys.length === 0;
  const equal = shared.filter((key) => sameValue(a[key], b[key])).length;
  return equal * 2 >= shared.length;
}
