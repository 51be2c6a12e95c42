import type { Difference, Unrepeated } from "../../model/difference.ts";
import type { Pair } from "../../model/pair.ts";
import type { Fact } from "./fact.ts";
import { kindOf } from "../rules/index.ts";
import { compareSides, type SideContext } from "./compare-outcomes.ts";
import { NOISE_KINDS } from "../../model/kinds.ts";

/** What old itself did not repeat, or null when it was not asked again or gave no answer to compare with. */
export function unrepeatedOf(pair: Pair, context: SideContext): Unrepeated[] | null {
  const { control } = pair;
  if (control === null || control.kind === "timeout" || control.kind === "unreachable") return null;
  const found = compareSides({ ...pair, recorded: null }, control, context);
  return typeof found === "string" ? null : distinct(found);
}

function distinct(facts: readonly Fact[]): Unrepeated[] {
  const seen = new Map<string, Unrepeated>();
  for (const fact of facts) {
    const kind = kindOf(fact);
    if (!NOISE_KINDS.has(kind))
      seen.set(`${kind} ${fact.pattern}`, { kind, pattern: fact.pattern });
  }
  return [...seen.values()];
}

/** Old gave an answer of another class when asked again: nothing can be said of this call. */
export function isUnstable(unrepeated: readonly Unrepeated[] | null): boolean {
  return unrepeated?.some(({ kind, pattern }) => pattern === "" || CLASSES.has(kind)) ?? false;
}

const CLASSES: ReadonlySet<string> = new Set([
  "result-to-null",
  "null-to-result",
  "http-status-changed",
]);

/**
 * Old did not repeat itself at this place, or at something that holds it. A value that merely moves when old is asked again
 * excuses no other form of it: old kept the form both times.
 */
export function isExcused(difference: Difference, unrepeated: readonly Unrepeated[]): boolean {
  return unrepeated.some(
    ({ kind, pattern }) =>
      difference.pattern.startsWith(`${pattern}/`) ||
      (difference.pattern === pattern && !(kind === "value-changed" && FORMS.has(difference.kind))),
  );
}

/** Kinds that say of a value how it is written, or that it is gone; none of them comes about by a value that moves. */
const FORMS: ReadonlySet<string> = new Set([
  "type-changed",
  "encoding-changed",
  "value-to-null",
  "field-removed",
]);
