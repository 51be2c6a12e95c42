import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";

/**
 * Fields that name an item of an array, the most telling first. Data: add a row for a new API.
 * Several fields in a row are taken together (the logs of several blocks repeat their logIndex).
 */
export const IDENTITY_FIELDS: readonly (readonly string[])[] = [
  ["hash"],
  ["blockHash", "logIndex"],
  ["blockNumber", "logIndex"],
  ["logIndex"],
  ["transactionHash", "traceAddress"],
  ["transactionHash"],
  ["txHash"],
  ["tx_id"],
  ["txid"],
  ["block_hash"],
  ["pubkey"],
  ["votePubkey"],
  ["signature"],
  ["consensus_hash"],
  ["event_index"],
  ["index"],
  ["id"],
  ["key"],
  ["address"],
];

/** Of these, what only numbers the items of a list: it says which one an item is as long as nobody counts otherwise. */
const NUMBERING: ReadonlySet<string> = new Set(["logIndex", "event_index", "index", "id"]);

/** How items of one array are named: the text of its identity, or undefined where it has none. */
type Identify = (item: JsonValue) => string | undefined;

/** What the items of two arrays are named by: every item has a name, and no other of its array has the same. */
export interface Identity {
  readonly old: ReadonlySet<string>;
  readonly candidate: ReadonlySet<string>;
  /** The field of it that numbers the items, or null. */
  readonly numbering: string | null;
}

/** Looks at the known fields first, then for any field that is unique on both sides. Null when nothing names the items. */
export function identityOf(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
): Identity | null {
  const first = old[0] ?? candidate[0];
  if (!isObject(first) || !old.every(isObject) || !candidate.every(isObject)) return null;
  for (const fields of IDENTITY_FIELDS) {
    if (!fields.every((field) => Object.hasOwn(first, field))) continue;
    const names = namesOfBoth(old, candidate, byFields(varying(fields, old, candidate)));
    if (names !== null)
      return { ...names, numbering: fields.find((field) => NUMBERING.has(field)) ?? null };
  }
  const names = uniqueField(old, candidate, first);
  return names === null ? null : { ...names, numbering: null };
}

/** What an item of a list is named by, or undefined: the first row of fields that it has all of, with their values. */
export function nameOfItem(item: JsonValue | undefined): string | undefined {
  if (!isObject(item)) return undefined;
  const fields = IDENTITY_FIELDS.find((row) => row.every((field) => isName(item[field])));
  if (fields === undefined) return undefined;
  return `${fields.join()} ${byFields(fields)(item)}`;
}

/**
 * How the known names of two lists of one length stand: the same at every place, some name at another place, or neither
 * (no names, names that repeat, or only names that came and went).
 */
export function standingOf(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
): "in-place" | "moved" | "unknown" {
  const first = old[0];
  if (!isObject(first)) return "unknown";
  const fields = IDENTITY_FIELDS.find((row) => row.every((field) => isName(first[field])));
  if (fields === undefined) return "unknown";
  let index = 0;
  while (index < old.length && sameName(old[index], candidate[index], fields)) index += 1;
  if (index === old.length) return "in-place";
  const identify = byFields(varying(fields, old, candidate));
  const places = new Map(old.map((item, place) => [identify(item), place]));
  if (places.size < old.length || places.has(undefined)) return "unknown";
  const moved = candidate.some((item, place) => (places.get(identify(item)) ?? place) !== place);
  return moved ? "moved" : "unknown";
}

function sameName(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  fields: readonly string[],
): boolean {
  if (!isObject(left) || !isObject(right)) return false;
  for (const field of fields)
    if (!isName(left[field]) || left[field] !== right[field]) return false;
  return true;
}

function isName(value: JsonValue | undefined): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** Any field that is unique on both sides and has some values in common. Costs a pass a field, so only on short lists. */
function uniqueField(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  first: JsonObject,
): Names | null {
  if (old.length < 2 || candidate.length < 2 || old.length + candidate.length > LONG) return null;
  let best: Names | null = null;
  let most = 0;
  for (const field of Object.keys(first)) {
    const names = namesOfBoth(old, candidate, byFields([field]));
    if (names === null) continue;
    let shared = 0;
    for (const name of names.candidate) if (names.old.has(name)) shared += 1;
    if (shared <= most) continue;
    best = names;
    most = shared;
  }
  return best;
}

/** Each field of each item is counted: past so many items only known fields identify them. */
const LONG = 2_000;

/** Of fields taken together those that tell items of one list apart: a block's logs all have its hash. */
function varying(
  fields: readonly string[],
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
): readonly string[] {
  if (fields.length === 1) return fields;
  const tell = fields.filter((field) => {
    const value = isObject(old[0]) ? old[0][field] : undefined;
    const isThis = (item: JsonValue): boolean => isObject(item) && item[field] === value;
    return typeof value !== "string" || !old.every(isThis) || !candidate.every(isThis);
  });
  return tell.length === 0 ? fields : tell;
}

function byFields(fields: readonly string[]): Identify {
  const [only] = fields;
  if (fields.length === 1 && only !== undefined)
    return (item) => scalarText(isObject(item) ? item[only] : undefined);
  return (item) => {
    let name = "";
    for (const field of fields) {
      const text = scalarText(isObject(item) ? item[field] : undefined);
      if (text === undefined) return undefined;
      name += `${text}\n`;
    }
    return name;
  };
}

/** Type and text, so that 1 and "1" name different items; short lists of scalars (a traceAddress) count too. */
function scalarText(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return `#${value}`;
  if (Array.isArray(value) && value.length <= 64) return JSON.stringify(value);
  return undefined;
}

type Names = Pick<Identity, "old" | "candidate">;

function namesOfBoth(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  identify: Identify,
): Names | null {
  const before = namesOf(old, identify);
  const after = before === null ? null : namesOf(candidate, identify);
  return before === null || after === null ? null : { old: before, candidate: after };
}

/** The items' names in their order; null where one has none, or two have the same. */
function namesOf(items: readonly JsonValue[], identify: Identify): Set<string> | null {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const name = identify(item);
    if (name === undefined || seen.add(name).size === index) return null;
  }
  return seen;
}
