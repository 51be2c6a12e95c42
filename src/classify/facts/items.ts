import { sameValue } from "../../diff/equal.ts";
import { nameOfItem } from "../../diff/identity.ts";
import { valueAt } from "../../diff/path.ts";
import { isObject, type JsonValue } from "../../model/json.ts";
import type { FactContext } from "./context.ts";

/** The items of a list, or the values of a map, at a pointer. */
export function listAt(root: JsonValue, pointer: string): readonly JsonValue[] {
  const value = valueAt(root, pointer);
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

/**
 * Whether the candidate's value at a path belongs to a thing that old holds as well: an item of a list, or the answer
 * itself, that bears the same name (its hash, its id) or is the same but for one field. A thing without a name is the same
 * one where it stands.
 */
export function isOfOneThing(
  pointer: string,
  { old, candidate }: { readonly old: JsonValue; readonly candidate: JsonValue },
): boolean {
  for (let path = pointer; path !== "";) {
    path = path.slice(0, path.lastIndexOf("/"));
    const thing = valueAt(candidate, path);
    const name = sameForAllCases(thing);
    if (name === undefined) continue;
    const list = path.slice(0, path.lastIndexOf("/"));
    const before = valueAt(old, list);
    if (Array.isArray(before) && path !== "")
      return before.some((item) => sameForAllCases(item) === name || isAllButOne(item, thing));
    const other = valueAt(old, path);
    return sameForAllCases(other) === name || isAllButOne(other, thing);
  }
  return true;
}

/** A hash in capitals names the same thing. */
function sameForAllCases(item: JsonValue | undefined): string | undefined {
  return nameOfItem(item)?.toLowerCase();
}

export function isNamed(item: JsonValue | undefined): boolean {
  return nameOfItem(item) !== undefined;
}

/** Fields below which two objects that share all but one may still be two things. */
const ENOUGH_FIELDS = 4;

/** A name is no name where it is what changed: the log whose `logIndex` is null now is the one that agrees in all the rest. */
function isAllButOne(old: JsonValue | undefined, candidate: JsonValue | undefined): boolean {
  if (!isObject(old) || !isObject(candidate)) return false;
  const keys = Object.keys(candidate);
  if (keys.length < ENOUGH_FIELDS || keys.length !== Object.keys(old).length) return false;
  let different = 0;
  for (const key of keys) {
    if (!Object.hasOwn(old, key)) return false;
    if (!sameValue(old[key], candidate[key])) different += 1;
    if (different > 1) return false;
  }
  return true;
}

export function isNullableIn({ chain }: FactContext, pointer: string): boolean {
  return chain.nullable.has(pointer.slice(pointer.lastIndexOf("/") + 1));
}
