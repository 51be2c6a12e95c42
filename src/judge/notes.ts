import { lapsed, type Accepted } from "../config/accepted.ts";
import type { DismissedGroup, Finding } from "../model/judged.ts";
import type { RunFacts } from "../model/run.ts";
import { beyondKnowledge } from "../classify/knowledge/known-changes.ts";
import { unusedIn } from "./reasons/of-findings.ts";
import { plural, rate, whole } from "../words.ts";
import type { Regression } from "./performance.ts";
import { sum } from "./rates.ts";

interface Told {
  readonly facts: RunFacts;
  readonly findings: readonly Finding[];
  readonly dismissed: readonly DismissedGroup[];
  readonly regressions: readonly Regression[];
  readonly standings: ReadonlyMap<string, string>;
  readonly accepted: readonly Accepted[];
  readonly now: Date;
}

/** What is said beside the reasons and decides nothing: how acceptances stand, what was dismissed, what was never tested. */
export function notesOf(told: Told): string[] {
  return [
    ...acceptances(told),
    ...riskyOnes(told),
    ...untested(told.facts),
    ...told.regressions.map(
      ({ group, text }) => `${group.kind} ${group.method} ${text} ${group.fingerprint}`,
    ),
    ...told.facts.cases
      .filter(
        ({ outcome }) => outcome === "open" || outcome === "not-testable" || outcome === "waived",
      )
      .map(
        ({ name, title, outcome, reason }) =>
          `case ${outcome}: ${name}, ${title}${reason === null ? "" : ` (${reason})`}`,
      ),
    ...told.facts.header.configurationDifferences.map(
      ({ capability, effect }) =>
        `configuration ${capability} differs between old and candidate${effect === "" ? "" : `: ${effect}`}`,
    ),
    ...(told.facts.repeated ?? []).map(
      ({ id, what, countedBy }) =>
        `run.repeated ${id} is ${what} once more and does not count; ${countedBy} does`,
    ),
    ...beyond(told.facts),
    ...dismissals(told.dismissed),
  ];
}

/** A candidate of which no changelog was read: what it shows may be new, whatever a finding is called. */
function beyond({ header }: RunFacts): string[] {
  const found = header.candidate.flatMap(({ clientVersion }) => {
    const past = beyondKnowledge({ oldVersion: null, candidateVersion: clientVersion });
    return past === null
      ? []
      : [
          `knowledge ${past.client} ${past.candidate} is newer than the last release whose changes are known (${past.knownUntil}): what it changed since is called new, or after an older change`,
        ];
  });
  return [...new Set(found)];
}

function acceptances({ findings, standings, accepted, now }: Told): string[] {
  const lines = findings.flatMap((finding) => {
    const why = standings.get(finding.fingerprint);
    return why === undefined
      ? []
      : [`accepted.${finding.status} ${finding.fingerprint} ${finding.title} ${why}`];
  });
  const holding = findings.filter(({ status }) => status === "accepted").length;
  const written = new Map(accepted.map((entry) => [entry.fingerprint, entry]));
  const unmeasured = findings.filter(
    ({ status, fingerprint }) =>
      status === "accepted" && written.get(fingerprint)?.seen === undefined,
  );
  return [
    ...lines,
    ...unmeasured.map(
      ({ fingerprint }) =>
        `accepted.unmeasured ${fingerprint} was accepted by hand, without what was seen of it: growth can't be told`,
    ),
    ...unusedIn(findings, accepted).map((entry) => {
      const end = lapsed(entry, now);
      return `accepted.unused ${entry.fingerprint} is not in this run (${entry.owner}: ${entry.reason})${end === null ? "" : ` and ${end}`}`;
    }),
    ...(holding === 0
      ? []
      : [
          `accepted ${plural(holding, "finding")} of this run ${holding === 1 ? "is" : "are"} accepted and did not count`,
        ]),
  ];
}

/** Risky findings named; the rest are counted. */
const RISKY_NAMED = 10;

/** Unaccepted findings that fail nothing by themselves but count in the limits: who accepts a breaking one looks for them. */
function riskyOnes({ findings, regressions }: Told): string[] {
  const timed = new Set(regressions.map(({ group }) => group.fingerprint));
  const risky = findings.filter(
    ({ severity, status, fingerprint }) =>
      severity === "risky" && status !== "accepted" && !timed.has(fingerprint),
  );
  const lines = risky
    .slice(0, RISKY_NAMED)
    .map(
      ({ kind, method, path, calls, comparedCalls, fingerprint }) =>
        `counted risky ${kind} ${[method, path].filter((part) => part !== "").join(" ")} ` +
        `(${whole(calls)} of ${whole(comparedCalls)}) ${fingerprint}`,
    );
  return risky.length > RISKY_NAMED
    ? [...lines, `counted risky ${whole(risky.length - RISKY_NAMED)} more: findings.json`]
    : lines;
}

function untested(facts: RunFacts): string[] {
  const total = sum(facts.methods, (method) => method.weight);
  const reasons = Map.groupBy(facts.notCompared, ({ state, reason }) => `${state}, ${reason}`);
  return [...reasons]
    .map(([reason, rows]) => ({
      reason,
      calls: sum(rows, (row) => row.calls),
      weight: sum(rows, (row) => row.weight),
    }))
    .sort((a, b) => b.weight - a.weight)
    .map(
      ({ reason, calls, weight }) =>
        `not-tested ${reason}: ${plural(calls, "call")}, ${rate(total > 0 ? weight / total : 0)} of the traffic`,
    );
}

function dismissals(dismissed: readonly DismissedGroup[]): string[] {
  return dismissed.map(
    ({ fingerprint, kind, method, path, reason }) =>
      `noise ${kind} ${method} ${path} dismissed: ${reason} ${fingerprint}`,
  );
}
