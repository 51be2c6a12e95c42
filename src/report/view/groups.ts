import { groupChanges } from "../../judge/changes.ts";
import type { Finding } from "../../model/judged.ts";
import type { Signature } from "../../model/run.ts";
import type { Severity } from "../../model/kinds.ts";

/** Findings that are one change, as one line of the report. */
export interface GroupView {
  readonly title: string;
  readonly severity: Severity;
  readonly fingerprints: readonly string[];
  readonly methods: readonly string[];
  readonly moreMethods: number;
  /** Calls with at least one of them, each counted once. */
  readonly calls: number;
  readonly share: number;
  readonly customerCount: number;
  /** The upstream change that explains them, or null. */
  readonly known: string | null;
}

const METHODS = 12;

/** The groups of findings, in the order of the findings. Calls are counted from the signatures, so that none counts twice. */
export function groupViews(
  findings: readonly Finding[],
  signatures: readonly Signature[],
  totalWeight: number,
): GroupView[] {
  const groups = groupChanges(findings);
  const groupOf = new Map(
    groups.flatMap((group, index) =>
      group.findings.map(({ fingerprint }) => [fingerprint, index] as const),
    ),
  );
  const sums = groups.map(() => ({ calls: 0, weight: 0 }));
  for (const { fingerprints, calls, weight } of signatures) {
    const touched = new Set(fingerprints.flatMap((fingerprint) => groupOf.get(fingerprint) ?? []));
    for (const index of touched) {
      const sum = sums[index];
      if (sum === undefined) continue;
      sum.calls += calls;
      sum.weight += weight;
    }
  }
  return groups.map(({ title, severity, findings: own, methods }, index) => {
    const { calls, weight } = sums[index] ?? { calls: 0, weight: 0 };
    const known = own[0]?.knownChange ?? null;
    return {
      title,
      severity,
      fingerprints: own.map(({ fingerprint }) => fingerprint),
      methods: methods.slice(0, METHODS),
      moreMethods: Math.max(0, methods.length - METHODS),
      // A slower method is a finding of no single call.
      calls: calls === 0 ? own.reduce((sum, finding) => sum + finding.calls, 0) : calls,
      share: calls === 0 ? (own[0]?.share ?? 0) : totalWeight === 0 ? 0 : weight / totalWeight,
      customerCount: new Set(own.flatMap(({ facts }) => facts.customers.map(({ id }) => id))).size,
      known: known === null ? null : `${known.client} ${known.version}`,
    };
  });
}
