import { whole } from "../../words.ts";
import type { RunFacts } from "../../model/run.ts";
import { LIMITS } from "./finding-view.ts";
import type { FindingView } from "./view.ts";

/** What the report does not hold, and where the rest is. A report that hides nothing says nothing. */
export function leftOut(findings: readonly FindingView[], facts: RunFacts): string[] {
  const customers = findings.reduce((sum, finding) => sum + finding.moreCustomers, 0);
  const places = findings.reduce((sum, finding) => sum + finding.morePlaces, 0);
  return [
    `Unchanged parts of bodies are folded and values longer than ${LIMITS.valueCharacters} characters are cut; the full texts of every example are in run.sqlite.`,
    customers > 0 &&
      `${whole(customers)} rows of affected customers past the first ${LIMITS.customers} of a finding: findings.json.`,
    places > 0 && `${whole(places)} further places: run.sqlite.`,
    `${whole(facts.counts.same)} calls that gave the same answer are counted, not listed.`,
  ].filter((line) => line !== false);
}
