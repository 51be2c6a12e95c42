import { isObject, type JsonValue } from "../model/json.ts";
import { sameBut, sameValue } from "./equal.ts";
import { identityOf, type Identity } from "./identity.ts";
import type { Interner } from "./intern.ts";
import { commonSubsequence, longestRising, pairInOrder } from "./sequence.ts";

/** An identity's text, or the number of an equal value; undefined where an item has no name. */
type Name = string | number | undefined;

/** The two arrays, and what tells equal values. */
interface Sides {
  readonly old: readonly JsonValue[];
  readonly candidate: readonly JsonValue[];
  readonly interner: Interner;
}

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
export function align(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  interner: Interner,
): Alignment {
  const identity = identityOf(old, candidate);
  const sides = { old, candidate, interner };
  const pairs = identity === null ? byValue(old, candidate, interner) : byIdentity(sides, identity);
  const rising = new Set(longestRising(pairs.map(([index]) => index)));
  const kept = pairs.filter((_, index) => rising.has(index));
  const filled = fillGaps(sides, kept, pairs);
  return { ...filled, reordered: kept.length < pairs.length };
}

/**
 * Pairs of one name. Where the name is a number in a list and most of what is behind the same number differs, it is the
 * numbers that changed: then items belong together by all the rest of them.
 */
function byIdentity(
  sides: Sides,
  { numbering, ...names }: Identity,
): readonly (readonly [number, number])[] {
  const named = byUniqueName(names.old, names.candidate);
  return numbering === null ? named : (byContents(sides, numbering, named) ?? named);
}

/**
 * Pairs of items that are the same but for the field that numbers them, where they are more than those of one name that are.
 * Only what is not the same under its own number can be so under another.
 */
function byContents(
  { old, candidate, interner }: Sides,
  numbering: string,
  named: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] | null {
  const alike = named.filter(([left, right]) =>
    sameBut(numbering, old[left] ?? null, candidate[right] ?? null),
  );
  const rest = (item: JsonValue): number => {
    if (!isObject(item)) return interner.idOf(item);
    const { [numbering]: _, ...other } = item;
    return interner.idOf(other);
  };
  const settledOld = new Set(alike.map(([left]) => left));
  const settledCandidate = new Set(alike.map(([, right]) => right));
  const open = new Set(old.filter((_, index) => !settledOld.has(index)).map(rest));
  const mayMove =
    open.size > 0 &&
    candidate.some((item, index) => !settledCandidate.has(index) && open.has(rest(item)));
  if (!mayMove) return null;
  const contents = byName(old.map(rest), candidate.map(rest));
  return contents.length > alike.length ? contents : null;
}

/** Pairs of equal values. Equal ends are set aside first: they need no names. */
function byValue(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  interner: Interner,
): (readonly [number, number])[] {
  const { start, oldEnd, candidateEnd } = middleOf(old, candidate);
  const pairs: (readonly [number, number])[] = [];
  for (let index = 0; index < start; index += 1) pairs.push([index, index]);
  const idOf = (item: JsonValue): number => interner.idOf(item);
  const middle = byName(
    old.slice(start, oldEnd).map(idOf),
    candidate.slice(start, candidateEnd).map(idOf),
  );
  for (const [left, right] of middle) pairs.push([start + left, start + right]);
  for (let index = 0; oldEnd + index < old.length; index += 1)
    pairs.push([oldEnd + index, candidateEnd + index]);
  return pairs;
}

function middleOf(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
): { start: number; oldEnd: number; candidateEnd: number } {
  let start = 0;
  const shorter = Math.min(old.length, candidate.length);
  while (start < shorter && sameValue(old[start], candidate[start])) start += 1;
  let oldEnd = old.length;
  let candidateEnd = candidate.length;
  while (
    oldEnd > start &&
    candidateEnd > start &&
    sameValue(old[oldEnd - 1], candidate[candidateEnd - 1])
  ) {
    oldEnd -= 1;
    candidateEnd -= 1;
  }
  return { start, oldEnd, candidateEnd };
}

/**
 * Whether items belong together by position: the same names at the same places, at most one item that differs, or no
 * sign that any of those that differ has moved. Decided before anything below is compared, so that no level is walked
 * twice.
 */
export function inPlace(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  interner: Interner,
): boolean {
  if (old.length !== candidate.length) return false;
  if (old.length < 2) return true;
  const different: number[] = [];
  for (let index = 0; index < old.length; index += 1)
    if (old[index] !== candidate[index] && !sameValue(old[index], candidate[index]))
      different.push(index);
  return different.length < 2 || !seemsMoved(old, candidate, different, interner);
}

/** Whether a changed item looks, by a few of its fields, like an item that stood elsewhere. */
export function seemsMoved(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  different: readonly number[],
  interner: Interner,
): boolean {
  const [first = 0] = different;
  const fields = markFields(old[first], candidate[first]);
  const before = different.map((index) => markOf(old[index], fields, interner));
  const after = different.map((index) => markOf(candidate[index], fields, interner));
  return turnsUp(before, after) || turnsUp(after, before);
}

function turnsUp(here: readonly JsonValue[], there: readonly JsonValue[]): boolean {
  const known = new Set(here);
  return there.some((mark, index) => mark !== here[index] && known.has(mark));
}

/** Fields with plain values on both sides by which an object of this kind can be told at a glance. */
function markFields(old: JsonValue | undefined, candidate: JsonValue | undefined): string[] {
  if (!isObject(old) || !isObject(candidate)) return [];
  return Object.keys(old)
    .filter((key) => isPlain(old[key]) && isPlain(candidate[key]))
    .sort();
}

function isPlain(value: JsonValue | undefined): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** Equal values have equal marks: a scalar is its own, an object is told by its plain fields, the rest by content. */
function markOf(
  item: JsonValue | undefined,
  fields: readonly string[],
  interner: Interner,
): JsonValue {
  if (item === undefined || item === null || typeof item !== "object") return item ?? null;
  if (!isObject(item) || fields.length === 0) return `#${interner.idOf(item)}`;
  let mark = "";
  for (const field of fields) mark += `${scalarMark(item[field])},`;
  return mark;
}

function scalarMark(value: JsonValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : typeof value;
}

/** Pairs of equal names, in candidate's order; a name that repeats is matched in order. */
function byName(old: readonly Name[], candidate: readonly Name[]): (readonly [number, number])[] {
  if (hasRepeats(old) || hasRepeats(candidate)) return commonSubsequence(old, candidate);
  const places = new Map<Name, number>();
  for (const [index, name] of old.entries()) if (name !== undefined) places.set(name, index);
  const pairs: (readonly [number, number])[] = [];
  for (const [index, name] of candidate.entries()) {
    const place = name === undefined ? undefined : places.get(name);
    if (place !== undefined) pairs.push([place, index]);
  }
  return pairs;
}

/** The same for names of which none repeats. */
function byUniqueName(
  old: ReadonlySet<string>,
  candidate: ReadonlySet<string>,
): (readonly [number, number])[] {
  const places = new Map<string, number>();
  for (const name of old) places.set(name, places.size);
  const pairs: (readonly [number, number])[] = [];
  let index = 0;
  for (const name of candidate) {
    const place = places.get(name);
    if (place !== undefined) pairs.push([place, index]);
    index += 1;
  }
  return pairs;
}

function hasRepeats(names: readonly Name[]): boolean {
  return new Set(names).size < names.length;
}

/** In each gap between kept items, what is left on both sides is one changed item where the two are alike. */
function fillGaps(
  sides: Sides,
  kept: readonly (readonly [number, number])[],
  pairs: readonly (readonly [number, number])[],
): Omit<Alignment, "reordered"> {
  const usedOld = new Set(pairs.map(([index]) => index));
  const usedCandidate = new Set(pairs.map(([, index]) => index));
  const matched = [...pairs];
  const { old, candidate } = sides;
  const removed: number[] = [];
  const added: number[] = [];
  let oldStart = 0;
  let candidateStart = 0;
  for (const [oldEnd, candidateEnd] of [...kept, [old.length, candidate.length] as const]) {
    const left = rest(oldStart, oldEnd, usedOld);
    const right = rest(candidateStart, candidateEnd, usedCandidate);
    pairAlike(sides, left, right, { matched, removed, added });
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

type Into = { matched: (readonly [number, number])[]; removed: number[]; added: number[] };

function pairAlike(
  { old, candidate, interner }: Sides,
  left: readonly number[],
  right: readonly number[],
  into: Into,
): void {
  if (left.length === 0 || right.length === 0) {
    into.removed.push(...left);
    into.added.push(...right);
    return;
  }
  const likeness = (row: number, column: number): number =>
    likenessOf(old[left[row] ?? 0], candidate[right[column] ?? 0], interner);
  const inPlaceAlike = (row: number): boolean =>
    !isObject(old[left[row] ?? 0]) ||
    !isObject(candidate[right[row] ?? 0]) ||
    likeness(row, row) > 0;
  // As many on both sides: each changed in its place, but for objects that have nothing in common.
  const pairs =
    left.length === right.length
      ? left.map((_, row) => [row, row] as const).filter(([row]) => inPlaceAlike(row))
      : pairInOrder(left.length, right.length, likeness);
  const usedLeft = new Set(pairs.map(([row]) => row));
  const usedRight = new Set(pairs.map(([, column]) => column));
  for (const [row, column] of pairs) into.matched.push([left[row] ?? 0, right[column] ?? 0]);
  into.removed.push(...left.filter((_, row) => !usedLeft.has(row)));
  into.added.push(...right.filter((_, column) => !usedRight.has(column)));
}

/**
 * For two objects the share of their values that are equal, 0 where that is less than half; other values are never the
 * same thing by likeness.
 */
function likenessOf(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  interner: Interner,
): number {
  if (!isObject(a) || !isObject(b)) return 0;
  let shared = 0;
  let equal = 0;
  for (const key of Object.keys(a)) {
    if (!Object.hasOwn(b, key)) continue;
    shared += 1;
    if (interner.idOf(a[key] ?? null) === interner.idOf(b[key] ?? null)) equal += 1;
  }
  return shared > 0 && equal * 2 >= shared ? equal / shared : 0;
}
