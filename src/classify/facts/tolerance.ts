import type { ToleranceRow } from "../../config/classifying.ts";
import type { Unrepeated } from "../../model/difference.ts";
import type { Tolerance } from "../../chains/knowledge.ts";
import type { Fact } from "./fact.ts";
import { matchesMethod, matchesPath } from "../../model/glob.ts";
import type { FactContext } from "./context.ts";
import { toNumber } from "./drift.ts";
import { isSameForm, sameNumber } from "./value-forms.ts";

export interface Tolerances {
  readonly known: readonly Tolerance[];
  readonly configured: readonly ToleranceRow[];
  /** Null when old was not asked twice. */
  readonly unrepeated: readonly Unrepeated[] | null;
}

/**
 * Turns changed numbers into drift where they are within their tolerance. Never where old, asked twice, gave the number
 * again exactly: then the number is not a matter of chance.
 */
export function withinTolerance(
  facts: readonly Fact[],
  tolerances: Tolerances,
  context: FactContext,
): Fact[] {
  if (tolerances.known.length === 0 && tolerances.configured.length === 0) return [...facts];
  return facts.map((fact) =>
    isWithin(fact, tolerances, context) ? { ...fact, type: "drift" } : fact,
  );
}

function isWithin(
  fact: Fact,
  { known, configured, unrepeated }: Tolerances,
  context: FactContext,
): boolean {
  if (fact.type !== "changed") return false;
  // How it is written comes first: a number in another form is no number that moved.
  if (!isSameForm(fact, context) || sameNumber(fact.old ?? null, fact.candidate ?? null))
    return false;
  if (unrepeated !== null && !unrepeated.some(({ pattern }) => pattern === fact.pattern))
    return false;
  const left = toNumber(fact.old);
  const right = toNumber(fact.candidate);
  if (left === null || right === null) return false;
  const distance = Math.abs(left - right);
  const larger = Math.max(Math.abs(left), Math.abs(right));
  return (
    known.some(
      (row) => matchesPath(row.pattern, fact.pattern) && distance <= row.relative * larger,
    ) ||
    configured.some(
      (row) =>
        (row.method === undefined || matchesMethod(row.method, fact.method)) &&
        matchesPath(row.path, fact.pattern) &&
        (distance <= (row.relative ?? 0) * larger || distance <= (row.absolute ?? 0)),
    )
  );
}
