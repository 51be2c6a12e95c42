import type { JsonObject } from "../model/json.ts";
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
  const renames = findRenames(old, candidate, removed, added);
  const renamedTo = new Set(renames.map((rename) => rename.to));
  const renamed = new Map(renames.map((rename) => [rename.from, rename]));
  const changes = removed.map((key): Change => {
    const rename = renamed.get(key);
    if (rename === undefined)
      return { type: "removed", path: [...path, key], old: old[key], candidate: undefined };
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
