import type { PatchOperation } from "../../src/diff/patch.ts";
import type { Difference } from "../../src/model/difference.ts";

/** Kinds that move the items behind them, so that a patch by position touches many places for one difference. */
const SHIFTS: ReadonlySet<string> = new Set([
  "array-items-missing",
  "array-items-added",
  "array-order-changed",
  "event-missing",
]);

/**
 * The differences that explain a patch operation: the one at its path or nearest above it, or, for an operation that
 * only moves items of a list, the change of that list. One is right; none or several is a fault of the differ.
 */
export function explaining(
  { path }: PatchOperation,
  differences: readonly Difference[],
): readonly Difference[] {
  const direct = differences.filter((difference) =>
    places(difference).some((place) => path === place || path.startsWith(`${place}/`)),
  );
  if (direct.length > 0) return direct;
  const lists = differences.filter(({ kind }) => SHIFTS.has(kind));
  const list = lists.find((difference) => path.startsWith(`${listOf(difference)}/`));
  return list ? [list] : [];
}

function listOf({ kind, path }: Difference): string {
  return kind === "array-order-changed" ? path : path.slice(0, path.lastIndexOf("/"));
}

/** A renamed field is at two places: where it was and where it is. */
function places({ kind, path, old, candidate }: Difference): string[] {
  const renamed = kind === "field-renamed" || (kind === "encoding-changed" && isObject(old));
  if (!renamed || !isObject(candidate)) return [path];
  const parent = path.slice(0, path.lastIndexOf("/"));
  const [name = ""] = Object.keys(candidate);
  return [path, `${parent}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
