import type { DismissedGroup, Finding, JudgedRun } from "../model/judged.ts";
import { risen } from "./status.ts";

type Place = NonNullable<Finding["since"]>;

/** Where each finding stands against an earlier run: new, there already, or there but rarer than chance explains. */
export function againstBaseline(
  findings: readonly Finding[],
  baseline: JudgedRun,
): readonly Finding[] {
  const before = new Map(baseline.findings.map((finding) => [finding.fingerprint, finding]));
  return findings.map((finding) => ({
    ...finding,
    since: placeOf(finding, before.get(finding.fingerprint)),
  }));
}

function placeOf(finding: Finding, before: Finding | undefined): Place {
  if (before === undefined) return "new";
  return risen(rateOf(before), rateOf(finding)) ? "grown" : "still-there";
}

function rateOf({ calls, comparedCalls }: Finding): {
  rate: number;
  calls: number;
  comparedCalls: number;
} {
  return { rate: comparedCalls === 0 ? 0 : calls / comparedCalls, calls, comparedCalls };
}

/** What the earlier run had and this one has not, neither as a finding nor as noise. */
export function goneSince(
  judged: Pick<JudgedRun, "findings" | "dismissed">,
  baseline: JudgedRun,
): readonly DismissedGroup[] {
  const here = new Set(
    [...judged.findings, ...judged.dismissed].map(({ fingerprint }) => fingerprint),
  );
  const id = baseline.facts.header.id;
  return baseline.findings
    .filter(({ fingerprint }) => !here.has(fingerprint))
    .map(({ fingerprint, kind, method, path, calls }) => ({
      fingerprint,
      kind,
      method,
      path,
      reason: `in ${calls} calls of run ${id}, in none of this one`,
    }));
}
