import jsonPatch, { type Operation } from "fast-json-patch";
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { align, inPlace, type Alignment } from "./align.ts";
import { isDeeper } from "./depth.ts";
import { DEPTH_LIMIT } from "./diff.ts";
import { sameValue } from "./equal.ts";
import { standingOf } from "./identity.ts";
import { createInterner, type Interner } from "./intern.ts";
import { toPointer } from "./path.ts";

/** RFC 6902 operations from old to candidate, or why there are none. */
export type Patch =
  | { readonly patch: readonly PatchOperation[]; readonly reason: null }
  | { readonly patch: null; readonly reason: string };

export interface PatchOperation {
  readonly op: "add" | "remove" | "replace";
  readonly path: string;
  readonly value?: JsonValue;
}

/** Characters of both texts together: past it a patch is of no use to a reader, and takes a second and more to make. */
const LONGEST = 8_000_000;

/**
 * The patch for a whole pair of responses: applied to old's JSON it gives the candidate's. Never throws.
 *
 * @example patchOf('{"result":"0x1"}', '{"result":"0x2"}').patch // [{ op: "replace", path: "/result", value: "0x2" }]
 */
export function patchOf(oldText: string, candidateText: string): Patch {
  if (oldText.length + candidateText.length > LONGEST) return { patch: null, reason: "too large" };
  try {
    return patchValues(parse(oldText), parse(candidateText));
  } catch {
    return { patch: null, reason: "not JSON" };
  }
}

/**
 * The same for values that were parsed; nesting deeper than the differ's limit gives no patch. Items of lists are matched
 * as the differ matches them, so that one inserted item is one operation.
 */
export function patchValues(old: JsonValue, candidate: JsonValue): Patch {
  if (isDeeper(old, DEPTH_LIMIT) || isDeeper(candidate, DEPTH_LIMIT))
    return { patch: null, reason: "too deep" };
  const operations: PatchOperation[] = [];
  addOperations(old, candidate, "", { operations, interner: createInterner() });
  return { patch: operations, reason: null };
}

interface Context {
  readonly operations: PatchOperation[];
  readonly interner: Interner;
}

function addOperations(old: JsonValue, candidate: JsonValue, path: string, into: Context): void {
  if (old === candidate) return;
  if (Array.isArray(old) && Array.isArray(candidate)) listOperations(old, candidate, path, into);
  else if (isObject(old) && isObject(candidate)) fieldOperations(old, candidate, path, into);
  else into.operations.push({ op: "replace", path, value: candidate });
}

function fieldOperations(
  old: JsonObject,
  candidate: JsonObject,
  path: string,
  into: Context,
): void {
  for (const [key, value] of Object.entries(old)) {
    const place = path + toPointer([key]);
    if (Object.hasOwn(candidate, key)) addOperations(value, candidate[key] ?? null, place, into);
    else into.operations.push({ op: "remove", path: place });
  }
  for (const [key, value] of Object.entries(candidate))
    if (!Object.hasOwn(old, key))
      into.operations.push({ op: "add", path: path + toPointer([key]), value });
}

/** Removals from the end, then insertions from the start: each then stands at its own index in old or candidate. */
function listOperations(
  old: JsonValue[],
  candidate: JsonValue[],
  path: string,
  into: Context,
): void {
  const { operations, interner } = into;
  const { matched, removed, added, reordered } = alignmentOf(old, candidate, interner);
  if (reordered) {
    if (!sameValue(old, candidate)) operations.push(...byPosition(old, candidate, path));
    return;
  }
  for (const index of removed.toSorted((a, b) => b - a))
    operations.push({ op: "remove", path: `${path}/${index}` });
  for (const index of added.toSorted((a, b) => a - b))
    operations.push({ op: "add", path: `${path}/${index}`, value: candidate[index] ?? null });
  for (const [from, to] of matched)
    addOperations(old[from] ?? null, candidate[to] ?? null, `${path}/${to}`, into);
}

function alignmentOf(old: JsonValue[], candidate: JsonValue[], interner: Interner): Alignment {
  const standing = old.length === candidate.length ? standingOf(old, candidate) : "moved";
  const still =
    standing === "in-place" || (standing === "unknown" && inPlace(old, candidate, interner));
  if (!still) return align(old, candidate, interner);
  const matched = old.map((_, index) => [index, index] as const);
  return { matched, removed: [], added: [], reordered: false };
}

/** A list in another order: by position, which is what RFC 6902 can say without moving each item. */
function byPosition(old: JsonValue[], candidate: JsonValue[], path: string): PatchOperation[] {
  return jsonPatch
    .compare({ v: old }, { v: candidate })
    .map((operation) => placed(operation, path));
}

function placed(operation: Operation, base: string): PatchOperation {
  const path = base + operation.path.slice("/v".length);
  if (operation.op === "add" || operation.op === "replace") {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- compare() takes values from the two JSON values
    return { op: operation.op, path, value: operation.value as JsonValue };
  }
  return { op: "remove", path };
}

function parse(text: string): JsonValue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is a JSON value
  return JSON.parse(text) as JsonValue;
}
