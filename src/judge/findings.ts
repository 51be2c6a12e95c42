import { clientSwitch } from "../classify/knowledge/client-differences.ts";
import { knownChangeFor } from "../classify/knowledge/known-changes.ts";
import type { Accepted } from "../config/accepted.ts";
import type { JudgeConfiguration } from "../config/judging.ts";
import { SEVERITIES } from "../model/kinds.ts";
import { type Confidence } from "../model/comparison.ts";
import type { Finding, KnownChange } from "../model/judged.ts";
import type { GroupFacts, RunFacts, RunHeader } from "../model/run.ts";
import { baseOf } from "./rates.ts";
import { severityFor } from "./severity.ts";
import { standingOf } from "./status.ts";
import { titleOf } from "./title.ts";

interface Judging {
  readonly facts: RunFacts;
  readonly configuration: JudgeConfiguration;
  readonly accepted: readonly Accepted[];
  readonly now: Date;
}

export interface JudgedFindings {
  readonly findings: readonly Finding[];
  /** Why accepted findings count again, by fingerprint. */
  readonly standings: ReadonlyMap<string, string>;
}

/** Groups as findings: with severity, confidence, status and rank. Nothing is left out or added. */
export function findingsOf(groups: readonly GroupFacts[], judging: Judging): JudgedFindings {
  const { facts, configuration, accepted, now } = judging;
  const entries = new Map(accepted.map((entry) => [entry.fingerprint, entry]));
  const compared = new Map(facts.methods.map((method) => [method.method, method.compared]));
  const samples = Map.groupBy(facts.samples, ({ fingerprint }) => fingerprint);
  const known = new Set(groups.map(({ fingerprint }) => fingerprint));
  const total = baseOf(facts.methods).weight;
  const standings = new Map<string, string>();
  const between = clientSwitch(
    facts.header.old[0]?.clientVersion ?? null,
    facts.header.candidate[0]?.clientVersion ?? null,
  );
  const findings = groups.map((group): Finding => {
    const { severity, reason } = severityFor(group, configuration, between);
    const comparedCalls = compared.get(group.method) ?? 0;
    const { fingerprint } = group;
    const { status, why } = standingOf(group, comparedCalls, entries.get(fingerprint), now);
    if (why !== null) standings.set(fingerprint, why);
    return {
      fingerprint,
      kind: group.kind,
      severity,
      severityReason: reason,
      confidence: confidenceOf(group),
      status,
      method: group.method,
      path: group.path,
      title: titleOf(group),
      calls: group.calls,
      comparedCalls,
      share: total > 0 ? Math.min(1, group.weight / total) : 0,
      // A cause that was dismissed as noise explains nothing.
      causedBy: group.causedBy !== null && known.has(group.causedBy) ? group.causedBy : null,
      knownChange: knownChangeOf(group, facts.header),
      samples: samples.get(fingerprint) ?? [],
      facts: group,
    };
  });
  return { findings: findings.sort(byRank), standings };
}

/** The upstream change that made it, for the first pair of versions that has one. */
function knownChangeOf(
  { kind, method, path, variants }: GroupFacts,
  { old, candidate }: RunHeader,
): KnownChange | null {
  const versions = old.flatMap(({ clientVersion: oldVersion }) =>
    candidate.map(({ clientVersion: candidateVersion }) => ({ oldVersion, candidateVersion })),
  );
  for (const upgrade of versions) {
    const change = knownChangeFor({ kind, method, path, variants, ...upgrade });
    if (change !== null) return change;
  }
  return null;
}

/** The best evidence among its calls. */
function confidenceOf(group: GroupFacts): Confidence {
  if (group.confidence.confirmed > 0) return "confirmed";
  return group.confidence.probable > 0 ? "probable" : "flaky";
}

/** Severity, then affected customers, then calls; the fingerprint last, so that the order never depends on the run. */
function byRank(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.facts.customers.length - a.facts.customers.length ||
    b.calls - a.calls ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}
