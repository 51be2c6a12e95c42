import type { JsonObject, JsonValue } from "../model/json.ts";
import { sameValue } from "./equal.ts";
import { isDataKey } from "./path.ts";

export interface Rename {
  /** `rekeyed` where the key is data (an address, a slot) and only its form changed. */
  readonly type: "renamed" | "rekeyed";
  readonly from: string;
  readonly to: string;
}

/** Pairs of removed and added fields past which renames are not looked for one by one. */
const MANY = 400;

/**
 * Fields that are there under another name: equal values, and either names that are alike or a value that two fields
 * hardly share by chance. Keys that are data are the same when they are the same number in another form.
 */
export function findRenames(
  old: JsonObject,
  candidate: JsonObject,
  removed: readonly string[],
  added: readonly string[],
): Rename[] {
  if (removed.length === 0 || added.length === 0) return [];
  const renames: Rename[] = [];
  const free = new Set(added);
  const forms = new Map<string, string>();
  for (const key of added) if (isDataKey(key)) forms.set(keyForm(key), key);
  for (const from of removed) {
    const to = isDataKey(from) ? forms.get(keyForm(from)) : undefined;
    if (to !== undefined && free.delete(to)) renames.push({ type: "rekeyed", from, to });
  }
  const taken = new Set(renames.map((rename) => rename.from));
  if ((removed.length - taken.size) * free.size > MANY) return renames;
  const alone = removed.length === 1 && added.length === 1;
  for (const from of removed) {
    if (taken.has(from) || isDataKey(from)) continue;
    const equal = [...free].filter((to) => !isDataKey(to) && sameValue(old[from], candidate[to]));
    const to =
      equal.find((name) => sameWords(from, name)) ??
      (equal.length === 1 && (isTelling(old[from]) || (alone && !isTrivial(old[from])))
        ? equal[0]
        : undefined);
    if (to === undefined) continue;
    free.delete(to);
    renames.push({ type: "renamed", from, to });
  }
  return renames;
}

/** Whether two values are the same, as they are or as texts that write one number in two forms. */
export function sameInForm(old: JsonValue | undefined, candidate: JsonValue | undefined): boolean {
  if (typeof old === "string" && typeof candidate === "string")
    return old === candidate || (isHex(old) && keyForm(old) === keyForm(candidate));
  return sameValue(old, candidate);
}

function isHex(text: string): boolean {
  return /^(?:0x)?[0-9a-f]*$/i.test(text);
}

/** The same for all forms of one number: with and without prefix, padding and capitals. */
function keyForm(key: string): string {
  return key
    .toLowerCase()
    .replace(/^0x/, "")
    .replace(/^0+(?=.)/, "");
}

/** Names that differ in case, underscores, plural or by one word put before or after. */
function sameWords(from: string, to: string): boolean {
  const a = from.toLowerCase().replace(/[^a-z0-9]/g, "");
  const b = to.toLowerCase().replace(/[^a-z0-9]/g, "");
  return a !== "" && b !== "" && (a === b || a.includes(b) || b.includes(a));
}

/** Zero, nothing and flags: many fields hold them at once. */
function isTrivial(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return /^(?:0x)?0*$/.test(value);
  if (typeof value === "number") return value === 0;
  if (typeof value !== "object" || value === null) return true;
  return Object.keys(value).length === 0;
}

/** A value that two fields hardly share by chance. */
function isTelling(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.length >= 6 && !/^0x0*$/.test(value);
  if (typeof value === "number") return Math.abs(value) >= 1_000;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
