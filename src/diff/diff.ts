import type { JsonObject, JsonValue } from "../model/json.ts";
import { align, inPlace } from "./align.ts";
import type { Change } from "./change.ts";
import { sameValue } from "./equal.ts";
import { isObject } from "./identity.ts";
import { createInterner, type Interner } from "./intern.ts";
import { findRenames } from "./rename.ts";
import { isWrapped } from "./wrap.ts";

/** Values are compared level by level down to here; below it only whether they are the same, as one change at the cut. */
export const DEPTH_LIMIT = 1_000;

/** Changes kept of one pair; what comes after them in so different a pair says nothing new. */
export const CHANGE_LIMIT = 100_000;

/**
 * Every change from old to candidate, as facts. Pure; never throws; time grows with the size of the two values.
 *
 * @example diff({ a: 1, b: 2 }, { a: 1 }) // [{ type: "removed", path: ["b"], old: 2, candidate: undefined }]
 */
export function diff(old: JsonValue, candidate: JsonValue): Change[] {
  const context: Context = { changes: [], interner: createInterner() };
  walk(old, candidate, [], context);
  return context.changes;
}

type MutablePath = (string | number)[];

interface Context {
  readonly changes: Change[];
  readonly interner: Interner;
}

function walk(old: JsonValue, candidate: JsonValue, path: MutablePath, context: Context): void {
  if (old === candidate || context.changes.length >= CHANGE_LIMIT) return;
  if (path.length >= DEPTH_LIMIT) {
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
    if (!Object.hasOwn(candidate, key)) {
      (removed ??= []).push(key);
      continue;
    }
    shared += 1;
    const left = old[key] ?? null;
    const right = candidate[key] ?? null;
    if (left === right) continue;
    path.push(key);
    walk(left, right, path, context);
    path.pop();
  }
  const keys = Object.keys(candidate);
  if (removed === null && keys.length === shared) return;
  const added = keys.filter((key) => !Object.hasOwn(old, key));
  fieldChanges(old, candidate, removed ?? [], added, path, context);
}

function fieldChanges(
  old: JsonObject,
  candidate: JsonObject,
  removed: readonly string[],
  added: readonly string[],
  path: MutablePath,
  context: Context,
): void {
  const renames = findRenames(old, candidate, removed, added);
  const renamedTo = new Set(renames.map((rename) => rename.to));
  const renamed = new Map(renames.map((rename) => [rename.from, rename]));
  for (const key of removed) {
    const rename = renamed.get(key);
    if (rename) {
      const from = { [rename.from]: old[rename.from] ?? null };
      const to = { [rename.to]: candidate[rename.to] ?? null };
      context.changes.push({ type: rename.type, path: [...path, key], old: from, candidate: to });
    } else {
      context.changes.push({
        type: "removed",
        path: [...path, key],
        old: old[key],
        candidate: undefined,
      });
    }
  }
  for (const key of added)
    if (!renamedTo.has(key))
      context.changes.push({
        type: "added",
        path: [...path, key],
        old: undefined,
        candidate: candidate[key],
      });
}

function walkArray(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  path: MutablePath,
  context: Context,
): void {
  if (inPlace(old, candidate, context.interner)) {
    for (let index = 0; index < old.length; index += 1) {
      const left = old[index] ?? null;
      const right = candidate[index] ?? null;
      if (left === right) continue;
      path.push(index);
      walk(left, right, path, context);
      path.pop();
    }
    return;
  }
  const alignment = align(old, candidate, context.interner);
  if (alignment.reordered) {
    context.changes.push({
      type: "reordered",
      path: [...path],
      old: [...old],
      candidate: [...candidate],
    });
  }
  for (const index of alignment.removed)
    context.changes.push({
      type: "item-removed",
      path: [...path, index],
      old: old[index],
      candidate: undefined,
    });
  for (const index of alignment.added)
    context.changes.push({
      type: "item-added",
      path: [...path, index],
      old: undefined,
      candidate: candidate[index],
    });
  for (const [from, to] of alignment.matched) {
    path.push(to);
    walk(old[from] ?? null, candidate[to] ?? null, path, context);
    path.pop();
  }
}
