import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { align, inPlace, seemsMoved } from "./align.ts";
import type { Change } from "./change.ts";
import { sameValue } from "./equal.ts";
import { fieldChanges } from "./fields.ts";
import { standingOf } from "./identity.ts";
import { createInterner, type Interner } from "./intern.ts";
import { holdsNumber } from "./number-text.ts";
import { isWrapped } from "./wrap.ts";

/** Values are compared level by level down to here; below it only whether they are the same, as one change at the cut. */
export const DEPTH_LIMIT = 1_000;

/** Changes kept of one pair; what comes after them in so different a pair says nothing new. */
export const CHANGE_LIMIT = 100_000;

export interface Found {
  readonly changes: readonly Change[];
  /** Whether JSON numbers were compared: only then can it matter how they were written. */
  readonly numbers: boolean;
}

/**
 * Every change from old to candidate, as facts. Pure; never throws; time grows with the size of the two values.
 *
 * @example diff({ a: 1, b: 2 }, { a: 1 }).changes // [{ type: "removed", path: ["b"], old: 2, candidate: undefined }]
 */
export function diff(old: JsonValue, candidate: JsonValue): Found {
  const context: Context = {
    changes: [],
    interner: createInterner(),
    numbers: false,
    tried: 0,
    failed: 0,
  };
  walk(old, candidate, [], context);
  const { changes } = context;
  const numbers =
    context.numbers ||
    changes.some((change) => holdsNumber(change.old) || holdsNumber(change.candidate));
  return { changes, numbers };
}

type MutablePath = (string | number)[];

interface Context {
  readonly changes: Change[];
  readonly interner: Interner;
  numbers: boolean;
  /** Trials by position that are under way, and those that had to be taken back. */
  tried: number;
  failed: number;
}

function walk(old: JsonValue, candidate: JsonValue, path: MutablePath, context: Context): void {
  if (old === candidate) {
    if (typeof old === "number") context.numbers = true;
    return;
  }
  if (context.changes.length >= CHANGE_LIMIT) return;
  if (path.length >= DEPTH_LIMIT) {
    context.numbers = true;
    if (!sameValue(old, candidate))
      context.changes.push({ type: "deep", path: [...path], old, candidate });
  } else if (Array.isArray(old) && Array.isArray(candidate)) {
    walkArray(old, candidate, path, context);
  } else if (isObject(old) && isObject(candidate)) {
    walkObject(old, candidate, path, context);
  } else {
    const type = isWrapped(old, candidate) ? "wrapped" : "changed";
    context.changes.push({ type, path: [...path], old, candidate });
  }
}

function walkObject(
  old: JsonObject,
  candidate: JsonObject,
  path: MutablePath,
  context: Context,
): void {
  let removed: string[] | null = null;
  let shared = 0;
  for (const key in old) {
    const left = old[key];
    const right = ownValue(candidate, key);
    if (right === undefined) {
      (removed ??= []).push(key);
      continue;
    }
    shared += 1;
    if (left === right) {
      if (typeof left === "number") context.numbers = true;
      continue;
    }
    path.push(key);
    walk(left ?? null, right, path, context);
    path.pop();
  }
  const keys = Object.keys(candidate);
  if (removed === null && keys.length === shared) return;
  const added = keys.filter((key) => !Object.hasOwn(old, key));
  context.changes.push(...fieldChanges(old, candidate, removed ?? [], added, path));
}

/** JSON has no undefined, and what an object inherits (`toString`, `__proto__`) is none of its own. */
function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  const value = object[key];
  if (value === undefined || (typeof value !== "function" && key !== "__proto__")) return value;
  return Object.hasOwn(object, key) ? value : undefined;
}

function walkArray(
  old: JsonValue[],
  candidate: JsonValue[],
  path: MutablePath,
  context: Context,
): void {
  if (old.length === candidate.length) {
    const standing = standingOf(old, candidate);
    if (standing === "in-place") {
      walkItems(old, candidate, path, context);
      return;
    }
    if (standing === "unknown" && staysInPlace(old, candidate, path, context)) return;
  }
  walkAligned(old, candidate, path, context);
}

/** Compares by position where nothing says that items moved; false where they have to be matched first. */
function staysInPlace(
  old: JsonValue[],
  candidate: JsonValue[],
  path: MutablePath,
  context: Context,
): boolean {
  if (context.tried < TRIALS && context.failed < TRIALS)
    return tryItems(old, candidate, path, context);
  if (!inPlace(old, candidate, context.interner)) return false;
  walkItems(old, candidate, path, context);
  return true;
}

/** A trial that is taken back costs one walk more of what is below it: few of them, however deep the lists are nested. */
const TRIALS = 4;

/** Compares item by item; takes it back where two items and more differ and one seems to have moved. */
function tryItems(
  old: JsonValue[],
  candidate: JsonValue[],
  path: MutablePath,
  context: Context,
): boolean {
  const before = context.changes.length;
  context.tried += 1;
  const different = walkItems(old, candidate, path, context);
  context.tried -= 1;
  if (different.length < 2 || !seemsMoved(old, candidate, different, context.interner)) return true;
  context.failed += 1;
  context.changes.length = before;
  return false;
}

/** Gives back the indexes of the items that differ. */
function walkItems(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  path: MutablePath,
  context: Context,
): number[] {
  const different: number[] = [];
  for (let index = 0; index < old.length; index += 1) {
    const before = context.changes.length;
    path.push(index);
    walk(old[index] ?? null, candidate[index] ?? null, path, context);
    path.pop();
    if (context.changes.length > before) different.push(index);
  }
  return different;
}

function walkAligned(
  old: JsonValue[],
  candidate: JsonValue[],
  path: MutablePath,
  context: Context,
): void {
  const { changes, interner } = context;
  const alignment = align(old, candidate, interner);
  if (alignment.reordered) changes.push({ type: "reordered", path: [...path], old, candidate });
  for (const index of alignment.removed) {
    const item = old[index];
    changes.push({ type: "item-removed", path: [...path, index], old: item, candidate: undefined });
  }
  for (const index of alignment.added) {
    const item = candidate[index];
    changes.push({ type: "item-added", path: [...path, index], old: undefined, candidate: item });
  }
  for (const [from, to] of alignment.matched) {
    path.push(to);
    walk(old[from] ?? null, candidate[to] ?? null, path, context);
    path.pop();
  }
}
