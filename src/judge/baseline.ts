import type { DismissedGroup, Finding, JudgedRun } from "../model/judged.ts";
import type { RunFacts } from "../model/run.ts";
import { plural, whole } from "../words.ts";
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
export interface NotAgain {
  /** Asked often enough that it would have been seen. */
  readonly gone: readonly DismissedGroup[];
  /** Not seen in too few calls of its method: nothing can be said. */
  readonly notAsked: readonly DismissedGroup[];
}

/** Chance of seeing none of what is as frequent as before, below which it is gone. */
const CHANCE = 0.05;

export function goneSince(
  judged: Pick<JudgedRun, "findings" | "dismissed" | "facts">,
  baseline: JudgedRun,
): NotAgain {
  const here = new Set(
    [...judged.findings, ...judged.dismissed].map(({ fingerprint }) => fingerprint),
  );
  const compared = new Map(
    judged.facts.methods.map((method) => [method.method, method.compared] as const),
  );
  const same = judged.facts.complete && sameRecordings(judged.facts, baseline.facts);
  const { id } = baseline.facts.header;
  const missing = baseline.findings
    .filter(({ fingerprint }) => !here.has(fingerprint))
    .map((finding) => {
      const { fingerprint, kind, method, path, calls, comparedCalls } = finding;
      const asked = compared.get(method) ?? 0;
      const chance = comparedCalls === 0 ? 1 : (1 - Math.min(1, calls / comparedCalls)) ** asked;
      const seen = `in ${whole(calls)} of ${plural(comparedCalls, "call")} of run ${id}, in none of ${whole(asked)} of this one`;
      const isGone = same || (asked > 0 && chance < CHANCE);
      return { isGone, group: { fingerprint, kind, method, path, reason: seen } };
    });
  return {
    gone: missing.filter(({ isGone }) => isGone).map(({ group }) => group),
    notAsked: missing.filter(({ isGone }) => !isGone).map(({ group }) => group),
  };
}

function sameRecordings(one: RunFacts, other: RunFacts): boolean {
  return askedOf(one) === askedOf(other);
}

/** Which recordings were asked, and which of their exchanges. */
function askedOf({ header }: RunFacts): string {
  return JSON.stringify([
    header.recordings.map(({ name, stored, firstAt }) => [name, stored, firstAt]),
    ["include", "exclude", "limit"].map((key) => header.options[key] ?? null),
  ]);
}
