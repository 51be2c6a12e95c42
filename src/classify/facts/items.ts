import { nameOfItem } from "../../diff/identity.ts";
import { fromPointer, patternOf } from "../../diff/path.ts";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { FactContext } from "./context.ts";
import type { Fact } from "./fact.ts";
import { isSameForm } from "./value-forms.ts";

/** The value at a JSON pointer; undefined where there is none. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const key of fromPointer(pointer)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Array.isArray(value) ? value[Number(key)] : value[key];
  }
  return value;
}

/** The items of a list, or the values of a map, at a pointer. */
export function listAt(root: JsonValue, pointer: string): readonly JsonValue[] {
  const value = valueAt(root, pointer);
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

/**
 * Whether the candidate's value at a path belongs to a thing that old holds as well: an item of a list, or the answer
 * itself, that bears the same name (its hash, its id). A thing without a name is the same one where it stands.
 */
export function isOfOneThing(
  pointer: string,
  { old, candidate }: { readonly old: JsonValue; readonly candidate: JsonValue },
): boolean {
  for (let path = pointer; path !== "";) {
    path = path.slice(0, path.lastIndexOf("/"));
    const name = nameOfItem(valueAt(candidate, path));
    if (name === undefined) continue;
    const list = path.slice(0, path.lastIndexOf("/"));
    const before = valueAt(old, list);
    if (Array.isArray(before) && path !== "")
      return before.some((item) => nameOfItem(item) === name);
    return nameOfItem(valueAt(old, path)) === name;
  }
  return true;
}

export function isNullableIn({ chain }: FactContext, pointer: string): boolean {
  return chain.nullable.has(pointer.slice(pointer.lastIndexOf("/") + 1));
}

/**
 * What an item of the candidate lacks, or writes in another form, against old's items of the same list: a field that each
 * of those has is gone from this one, a number is a text here. Values say nothing.
 */
export function missingIn(fact: Fact, before: readonly JsonValue[], context: FactContext): Fact[] {
  const item = fact.candidate;
  const [example = null] = before;
  if (item === undefined) return [];
  const objects = before.filter((one) => isObject(one));
  if (!isObject(item) || objects.length < before.length) {
    const whole: Fact = { ...fact, type: "changed", old: example, candidate: item };
    return before.some((one) => isSameForm({ ...whole, old: one }, context)) ? [] : [whole];
  }
  return fieldFacts(fact, item, objects, context);
}

function fieldFacts(
  fact: Fact,
  item: JsonObject,
  before: readonly JsonObject[],
  context: FactContext,
): Fact[] {
  const [example = {}] = before;
  const facts: Fact[] = [];
  for (const [key, old] of Object.entries(example)) {
    if (!before.every((one) => Object.hasOwn(one, key))) continue;
    // Types of one thing have fields of their own.
    if (isOfOtherType(item, before)) continue;
    const path = `${fact.path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const pattern = patternOf(path, context.isMap);
    const candidate = Object.hasOwn(item, key) ? item[key] : undefined;
    const found: Fact = { ...fact, type: "changed", path, pattern, old, candidate };
    if (candidate === undefined) facts.push({ ...found, type: "removed" });
    else if (!before.some((one) => isAlike({ ...found, old: one[key] }, context)))
      facts.push(found);
  }
  return facts;
}

function isOfOtherType(item: JsonObject, before: readonly JsonObject[]): boolean {
  const type = item["type"] ?? item["tx_type"] ?? item["event_type"];
  return (
    type !== undefined &&
    !before.some((one) => (one["type"] ?? one["tx_type"] ?? one["event_type"]) === type)
  );
}

function isAlike(fact: Fact, context: FactContext): boolean {
  if (fact.old === null || fact.candidate === null)
    return fact.old === fact.candidate || isNullableIn(context, fact.path);
  return isSameForm(fact, context);
}
