import { patternOf } from "../../diff/path.ts";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { FactContext } from "./context.ts";
import type { Fact } from "./fact.ts";
import { isNullableIn } from "./items.ts";
import { formOf, isSameForm, jsonType } from "./value-forms.ts";

/** Values of old that are looked at for one of the candidate's: what the first hundred have not, the next hardly shows. */
const MOST_EXAMPLES = 100;
/** No item of a node's answer is as deep; a hostile one must not cost more. */
const MOST_DEPTH = 12;

/**
 * What an item of the candidate lacks, or writes in another form, against old's items of the same list: a field that each
 * of those has is gone from this one, a number is a text here, at any depth. Values say nothing.
 */
export function missingIn(fact: Fact, before: readonly JsonValue[], context: FactContext): Fact[] {
  if (fact.candidate === undefined) return [];
  const facts: Fact[] = [];
  unlike({ fact, context, facts }, fact.candidate, before.slice(0, MOST_EXAMPLES), {
    path: fact.path,
    depth: 0,
  });
  return facts;
}

interface Looking {
  /** The fact of the item as a whole. */
  readonly fact: Fact;
  readonly context: FactContext;
  readonly facts: Fact[];
}

interface Place {
  readonly path: string;
  /** 0 for the item itself. */
  readonly depth: number;
}

function unlike(
  looking: Looking,
  value: JsonValue,
  examples: readonly JsonValue[],
  place: Place,
): void {
  const [example] = examples;
  if (example === undefined || place.depth > MOST_DEPTH) return;
  if (value === null) {
    if (!mayBeNull(looking, examples, place)) add(looking, place, "changed", example, value);
    return;
  }
  const given = examples.filter((one) => one !== null);
  const [first] = given;
  if (first === undefined) {
    if (!mayBeNull(looking, examples, place)) add(looking, place, "changed", example, value);
    return;
  }
  const alike = given.filter((one) => jsonType(one) === jsonType(value));
  if (alike.length === 0) add(looking, place, "changed", first, value);
  else if (Array.isArray(value)) unlikeItems(looking, value, alike.filter(Array.isArray), place);
  else if (isObject(value))
    unlikeFields(
      looking,
      value,
      alike.filter((one) => isObject(one)),
      place,
    );
  else if (!alike.some((one) => isWrittenAlike(looking, one, value, place)))
    add(looking, place, "changed", first, value);
}

/** Null on one side only: where the field may be null, or where other items of old are. */
function mayBeNull(
  { context }: Looking,
  examples: readonly JsonValue[],
  { path, depth }: Place,
): boolean {
  return (
    (depth > 1 && examples.length < 2) || examples.includes(null) || isNullableIn(context, path)
  );
}

/** Free text deep inside an item may be anything; a quantity may not be a decimal, nor a hash without its prefix. */
function isWrittenAlike(
  { context }: Looking,
  old: JsonValue,
  candidate: JsonValue,
  { path, depth }: Place,
): boolean {
  const pattern = patternOf(path, context.isMap);
  if (isSameForm({ old, candidate, pattern }, context)) return true;
  return depth > 1 && (isWords(old) || isWords(candidate));
}

function isWords(value: JsonValue): boolean {
  return formOf(value) === "text" && !(typeof value === "string" && BARE_HEX.test(value));
}

const BARE_HEX = /^(?:0X)?[0-9a-f]{8,}$/i;

function unlikeItems(
  looking: Looking,
  value: readonly JsonValue[],
  examples: readonly (readonly JsonValue[])[],
  { path, depth }: Place,
): void {
  const all = examples.flat().slice(0, MOST_EXAMPLES);
  for (const [index, item] of value.slice(0, MOST_EXAMPLES).entries())
    unlike(looking, item, all, { path: `${path}/${index}`, depth: depth + 1 });
}

function unlikeFields(
  looking: Looking,
  value: JsonObject,
  examples: readonly JsonObject[],
  { path, depth }: Place,
): void {
  const [example = {}] = examples;
  if (keysAreData(looking, example, path) || keysAreData(looking, value, path)) {
    const all = examples.flatMap((one) => Object.values(one));
    for (const [key, inside] of Object.entries(value).slice(0, MOST_EXAMPLES))
      unlike(looking, inside, all, { path: memberAt(path, key), depth: depth + 1 });
    return;
  }
  // Types of one thing have fields of their own; and of one object alone nobody can tell which of its fields always are.
  const mustBeThere = !isOfOtherType(value, examples) && (depth === 0 || examples.length > 1);
  for (const key of Object.keys(example)) {
    const having = examples.filter((one) => Object.hasOwn(one, key));
    const old = having.map((one) => one[key] ?? null);
    const place = { path: memberAt(path, key), depth: depth + 1 };
    if (Object.hasOwn(value, key)) unlike(looking, value[key] ?? null, old, place);
    else if (mustBeThere && having.length === examples.length)
      add(looking, place, "removed", example[key], undefined);
  }
}

/** An account's nonces, a map of addresses: which keys are there says nothing, and any value is of one kind with the others. */
function keysAreData({ context }: Looking, value: JsonObject, path: string): boolean {
  const keys = Object.keys(value);
  return (
    keys.length > 0 &&
    keys.every((key) => patternOf(memberAt(path, key), context.isMap).endsWith("/*"))
  );
}

function memberAt(path: string, key: string): string {
  return `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The fields by which things of several types are told apart. */
const TYPE_FIELDS = ["type", "tx_type", "event_type"] as const;

function typeOf(one: JsonObject): JsonValue | undefined {
  return TYPE_FIELDS.map((field) => one[field]).find((type) => type !== undefined && type !== null);
}

function isOfOtherType(item: JsonObject, before: readonly JsonObject[]): boolean {
  const type = typeOf(item);
  return type !== undefined && !before.some((one) => typeOf(one) === type);
}

function add(
  { fact, context, facts }: Looking,
  { path }: Place,
  type: "changed" | "removed",
  old: JsonValue | undefined,
  candidate: JsonValue | undefined,
): void {
  const pattern = patternOf(path, context.isMap);
  const texts = type === "changed" && typeof old === "string" && typeof candidate === "string";
  facts.push({ ...fact, type: texts ? "form" : type, path, pattern, old, candidate });
}
