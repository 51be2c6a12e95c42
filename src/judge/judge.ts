import { checkPlaybook, type PlaybookStep } from "./reasons/of-playbook.ts";
import type { Accepted } from "../config/accepted.ts";
import type { JudgeConfiguration } from "../config/judging.ts";
import type { JudgedRun, Reason, Verdict, VerdictKind } from "../model/judged.ts";
import type { RunFacts } from "../model/run.ts";
import { againstBaseline, goneSince } from "./baseline.ts";
import { checkFindings, checkUnused } from "./reasons/of-findings.ts";
import { checkLimits, type Objection } from "./reasons/of-limits.ts";
import { checkRequirements } from "./reasons/of-requirements.ts";
import { checkRun } from "./reasons/of-run.ts";
import { findingsOf } from "./findings.ts";
import { siftNoise } from "./noise.ts";
import { notesOf } from "./notes.ts";
import { regressionsOf } from "./performance.ts";
import { countUnsent } from "./unsent.ts";

/** What else may bear on the verdict. */
export interface JudgeExtras {
  /** Customers' answers to the notices of this run that speak against the upgrade. */
  readonly objections?: readonly Objection[];
  /** An earlier run, judged alike: only what is new or more frequent since then counts. */
  readonly since?: JudgedRun | null;
  /** An accepted finding that is not in the run fails: the list is to hold what is, and nothing else. */
  readonly strictAccepted?: boolean;
  /** The checklist of the upgrade; null where none was given. */
  readonly playbook?: readonly PlaybookStep[] | null;
}

/**
 * The one judge: report, gate and notice all read what this makes of a run, so that they can never disagree. Pure: the same
 * arguments give the same result.
 * @param now for expiry (its UTC day) and for the age of the run
 */
export function judge(
  given: RunFacts,
  configuration: JudgeConfiguration,
  accepted: readonly Accepted[],
  now: Date,
  { objections = [], since = null, strictAccepted = false, playbook = null }: JudgeExtras = {},
): JudgedRun {
  const facts = countUnsent(given);
  const { kept, dismissed } = siftNoise(facts, configuration.noise);
  const regressions = regressionsOf(facts, configuration);
  const groups = [...kept, ...regressions.map(({ group }) => group)];
  const { findings: all, standings } = findingsOf(groups, { facts, configuration, accepted, now });
  const findings = since === null ? all : againstBaseline(all, since);
  // Limits before findings: among hundreds of findings nobody would see them.
  const reasons = [
    ...checkLimits(facts, findings, configuration, objections),
    ...checkFindings(findings, configuration),
    ...(strictAccepted ? checkUnused(findings, accepted) : []),
    ...checkRun(facts, configuration, now),
    ...checkRequirements(facts, configuration),
    ...checkPlaybook(configuration.require.playbook, playbook),
  ];
  const notes = notesOf({ facts, findings, dismissed, regressions, standings, accepted, now });
  const judged = { facts, findings, dismissed, verdict: verdictOf(reasons, notes) };
  return since === null ? judged : { ...judged, ...goneSince(judged, since) };
}

const ORDER: readonly VerdictKind[] = ["fail", "inconclusive", "pass"];

/** Fail outranks inconclusive, inconclusive outranks pass; the reasons in that order. */
function verdictOf(reasons: readonly Reason[], notes: readonly string[]): Verdict {
  const ordered = ORDER.flatMap((verdict) =>
    reasons.filter((reason) => reason.verdict === verdict),
  );
  return { verdict: ordered[0]?.verdict ?? "inconclusive", reasons: ordered, notes };
}
