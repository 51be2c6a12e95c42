import { SEVERITIES } from "../../model/kinds.ts";
import type { Severity } from "../../model/kinds.ts";
import type { JudgedRun } from "../../model/judged.ts";
import type { SeverityCount } from "./view.ts";

/**
 * Findings of each severity, and the calls whose worst finding it is: a field that was added to every answer must not look
 * like an upgrade that breaks every call.
 */
export function severityCounts({ facts, findings }: JudgedRun): SeverityCount[] {
  const severities = new Map(findings.map(({ fingerprint, severity }) => [fingerprint, severity]));
  const calls = new Map<Severity, number>();
  for (const { fingerprints, calls: count } of facts.signatures) {
    const worst = SEVERITIES.find((severity) =>
      fingerprints.some((fingerprint) => severities.get(fingerprint) === severity),
    );
    if (worst !== undefined) calls.set(worst, (calls.get(worst) ?? 0) + count);
  }
  return SEVERITIES.filter((severity) => severity !== "noise").map((severity) => {
    const own = findings.filter((finding) => finding.severity === severity);
    const open = own.filter((finding) => finding.status !== "accepted").length;
    return { severity, findings: own.length, open, calls: calls.get(severity) ?? 0 };
  });
}
