import { SEVERITIES } from "../../model/kinds.ts";
import type { CustomerFacts, MethodFacts } from "../../model/run.ts";
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
        p95Change:
          facts.latency === null ? null : change(facts.latency.old, facts.latency.candidate, "p95"),
        chart:
          index < MOST_CHARTS && facts.compared >= CHARTED_CALLS
            ? latencyChart(facts.latency)
            : null,
      };
    });
}

/** Customers with the most breaking findings first. */
export function customerViews(
  customers: readonly CustomerFacts[],
  findings: readonly FindingView[],
): CustomerView[] {
  const counts = new Map(customers.map((customer) => [customer.id, { breaking: 0, risky: 0 }]));
  for (const finding of findings) {
    const { severity } = finding;
    if (severity !== "breaking" && severity !== "risky") continue;
    for (const id of finding.customerIds) {
      const count = counts.get(id);
      if (count !== undefined) count[severity] += 1;
    }
  }
  return customers
    .map((customer) => ({
      id: customer.id,
      calls: customer.calls,
      compared: customer.compared,
      ...(counts.get(customer.id) ?? { breaking: 0, risky: 0 }),
      lastSeen: timeText(customer.lastSeen),
    }))
    .toSorted((a, b) => b.breaking - a.breaking || b.risky - a.risky || b.calls - a.calls);
}
