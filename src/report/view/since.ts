import type { DismissedGroup, Finding, JudgedRun } from "../../model/judged.ts";
import type { FindingLink, SinceView } from "./view.ts";

/** The earlier run that this one was judged against. */
export interface Baseline {
  readonly runId: string;
  readonly createdAt: string;
}

/** What changed since an earlier run, as judge() found it; null where the run was judged alone. */
export function sinceView(judged: JudgedRun, baseline: Baseline | null): SinceView | null {
  if (baseline === null) return null;
  const count = (place: Finding["since"]): number =>
    judged.findings.filter((finding) => finding.since === place).length;
  return {
    ...baseline,
    fresh: count("new"),
    grown: count("grown"),
    still: count("still-there"),
    gone: (judged.gone ?? []).map(findingLink),
    notAsked: (judged.notAsked ?? []).map(findingLink),
  };
}

export function findingLink(finding: Finding | DismissedGroup): FindingLink {
  const { fingerprint, kind, method, path } = finding;
  return { fingerprint, kind, method, path };
}
