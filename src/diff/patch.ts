import jsonPatch, { type Operation } from "fast-json-patch";
import type { JsonValue } from "../model/json.ts";
import { isDeeper } from "./depth.ts";
import { DEPTH_LIMIT } from "./diff.ts";

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
  let old: JsonValue;
  let candidate: JsonValue;
  try {
    old = parse(oldText);
    candidate = parse(candidateText);
  } catch {
    return { patch: null, reason: "not JSON" };
  }
  if (isDeeper(old, DEPTH_LIMIT) || isDeeper(candidate, DEPTH_LIMIT))
    return { patch: null, reason: "too deep" };
  return patchValues(old, candidate);
}

/** The same for values that were parsed; nesting deeper than the differ's limit gives no patch. */
export function patchValues(old: JsonValue, candidate: JsonValue): Patch {
  try {
    // compare() misses a change of the root itself: put both under a key and take it off again.
    const operations = jsonPatch.compare({ v: old }, { v: candidate });
    return { patch: operations.map(withoutKey), reason: null };
  } catch (error) {
    return { patch: null, reason: error instanceof RangeError ? "too deep" : "no patch" };
  }
}

function withoutKey(operation: Operation): PatchOperation {
  const path = operation.path.slice("/v".length);
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
