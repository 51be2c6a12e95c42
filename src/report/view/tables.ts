import { SEVERITIES } from "../../model/kinds.ts";
import type { MethodFacts, RunFacts } from "../../model/run.ts";
import { change, latencyChart } from "./latency.ts";
import { timeText } from "./text.ts";
import type { CustomerView, FindingView, MethodView } from "./view.ts";

/** Charts are drawn for the methods with the most traffic; each has its row of numbers anyway. */
const MOST_CHARTS = 40;
/** A curve of fewer calls says more of chance than of speed. */
const CHARTED_CALLS = 10;

/** Methods by share of traffic, each with its findings and its latency. */
export function methodViews(
  methods: readonly MethodFacts[],
  findings: readonly FindingView[],
  totalWeight: number,
): MethodView[] {
  const byMethod = Map.groupBy(findings, (finding) => finding.method);
  return methods
    .toSorted((a, b) => b.weight - a.weight || a.method.localeCompare(b.method))
    .map((facts, index) => {
      const own = byMethod.get(facts.method) ?? [];
      return {
        facts,
        share: totalWeight === 0 ? 0 : facts.weight / totalWeight,
        findings: own.length,
        worst:
          SEVERITIES.find((severity) => own.some((finding) => finding.severity === severity)) ??
          null,
        isSlower: own.some(({ kind }) => kind === "latency-regression"),
        timed: facts.latency?.pairs.length ?? 0,
        p95Change:
          facts.latency === null ? null : change(facts.latency.old, facts.latency.candidate, "p95"),
        chart:
          index < MOST_CHARTS && facts.compared >= CHARTED_CALLS
            ? latencyChart(facts.latency)
            : null,
      };
    });
}

/** Who a pseudonym is, and where the draft of their notice stands; both null where nobody knows. */
export type Known = (id: string) => {
  readonly name: string | null;
  readonly notice: string | null;
};

/** Customers with the most breaking findings first. */
export function customerViews(
  { customers, signatures }: Pick<RunFacts, "customers" | "signatures">,
  findings: readonly FindingView[],
  known: Known,
): CustomerView[] {
  const counts = new Map(customers.map((customer) => [customer.id, { breaking: 0, risky: 0 }]));
  const weighty = new Set<string>();
  for (const { severity, fingerprint, customerIds } of findings) {
    if (severity !== "breaking" && severity !== "risky") continue;
    weighty.add(fingerprint);
    for (const id of customerIds) {
      const count = counts.get(id);
      if (count !== undefined) count[severity] += 1;
    }
  }
  const hit = new Map<string | null, number>();
  for (const { customer, fingerprints, calls } of signatures)
    if (fingerprints.some((fingerprint) => weighty.has(fingerprint)))
      hit.set(customer, (hit.get(customer) ?? 0) + calls);
  const libraries = librariesOf(findings);
  return customers
    .map((customer) => ({
      id: customer.id,
      ...known(customer.id),
      calls: customer.calls,
      compared: customer.compared,
      affected:
        customer.compared === 0 ? 0 : Math.min(1, (hit.get(customer.id) ?? 0) / customer.compared),
      libraries: [...(libraries.get(customer.id) ?? [])].sort().slice(0, LIBRARIES),
      ...(counts.get(customer.id) ?? { breaking: 0, risky: 0 }),
      lastSeen: timeText(customer.lastSeen),
    }))
    .toSorted((a, b) => b.breaking - a.breaking || b.risky - a.risky || b.calls - a.calls);
}

const LIBRARIES = 4;

function librariesOf(findings: readonly FindingView[]): Map<string, Set<string>> {
  const libraries = new Map<string, Set<string>>();
  for (const { clients } of findings)
    for (const { name, version, customers } of clients)
      for (const id of customers) {
        const own = libraries.get(id) ?? new Set();
        libraries.set(id, own.add(`${name} ${version}`));
      }
  return libraries;
}
