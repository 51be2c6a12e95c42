import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Change } from "./change.ts";
import type { Path } from "./path.ts";
import { findRenames, sameInForm } from "./rename.ts";

/** The changes of an object whose set of keys differs: fields that are gone, are new, or have another name. */
export function fieldChanges(
  old: JsonObject,
  candidate: JsonObject,
  removed: readonly string[],
  added: readonly string[],
  path: Path,
): Change[] {
  if (isWrapper(old, candidate, removed, added))
    return [{ type: "wrapped", path: [...path], old, candidate }];
  const renames = findRenames(old, candidate, removed, added);
  const renamedTo = new Set(renames.map((rename) => rename.to));
  const renamed = new Map(renames.map((rename) => [rename.from, rename]));
  const changes = removed.map((key): Change => {
    const rename = renamed.get(key);
    if (rename === undefined)
      return {
        type: "removed",
        path: [...path, key],
        old: old[key],
        candidate: undefined,
        ...(removed.length === Object.keys(old).length && { alone: true }),
      };
    return {
      type: rename.type,
      path: [...path, key],
      old: { [rename.from]: old[rename.from] ?? null },
      candidate: { [rename.to]: candidate[rename.to] ?? null },
    };
  });
  for (const { type, from, to } of renames) {
    // A slot whose key is written in another form may hold something else as well: that is a change of its own.
    if (type === "rekeyed" && !sameInForm(old[from], candidate[to]))
      changes.push({
        type: "changed",
        path: [...path, to],
        old: old[from],
        candidate: candidate[to],
      });
  }
  for (const key of added)
    if (!renamedTo.has(key))
      changes.push({
        type: "added",
        path: [...path, key],
        old: undefined,
        candidate: candidate[key],
      });
  return changes;
}

/**
 * Whether all that an object held now stands in one new field of it (`{"Ok": null}` and `{"status": {"Ok": null}}`), where
 * a few things may stand beside it; or all that stood in one of its few fields is now its own.
 */
function isWrapper(
  old: JsonObject,
  candidate: JsonObject,
  removed: readonly string[],
  added: readonly string[],
): boolean {
  if (removed.length === 0 || added.length === 0) return false;
  const allMoved = removed.length === Object.keys(old).length;
  return (
    (allMoved &&
      added.length <= WRAPPER_FIELDS &&
      added.some((key) => hasKeysOf(candidate[key], old))) ||
    (allMoved &&
      removed.length <= WRAPPER_FIELDS &&
      removed.some((key) => hasKeysOf(old[key], candidate)))
  );
}

/** Fields of a wrapper past which the two objects are taken for different ones. */
const WRAPPER_FIELDS = 4;

function hasKeysOf(inner: JsonValue | undefined, outer: JsonObject): boolean {
  if (!isObject(inner)) return false;
  const keys = Object.keys(outer);
  return (
    keys.length === Object.keys(inner).length && keys.every((key) => Object.hasOwn(inner, key))
  );
}
