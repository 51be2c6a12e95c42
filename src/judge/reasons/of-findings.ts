import type { Accepted } from "../../config/accepted.ts";
import type { JudgeConfiguration } from "../../config/judging.ts";
import type { Finding, Reason } from "../../model/judged.ts";
import { failsFor } from "../exemptions.ts";
import { plural, whole } from "../../words.ts";

/**
 * One reason for each unaccepted finding that fails, or would if it had been seen more than once. A finding that another
 * one explains is counted with it, so that one cause is one reason.
 */
export function checkFindings(
  findings: readonly Finding[],
  configuration: JudgeConfiguration,
): Reason[] {
  const failing = findings.filter((finding) => counts(finding) && failsFor(finding, configuration));
  const rootOf = causesAmong(failing);
  const roots = failing.filter((finding) => rootOf(finding) === finding);
  const effects = Map.groupBy(
    failing.filter((finding) => rootOf(finding) !== finding),
    rootOf,
  );
  if (roots.length === 0) {
    const level = configuration.failOn;
    const text =
      level === "never" ? "failOn is never" : `no unaccepted finding of ${level} or worse`;
    return [{ code: "failOn", verdict: "pass", text: `failOn ${text}` }];
  }
  return roots.map((finding) => reasonOf(finding, effects.get(finding) ?? []));
}

/** Follows causes, and causes of causes, to the finding that has none here. Findings that explain each other stand alone. */
export function causesAmong(findings: readonly Finding[]): (finding: Finding) => Finding {
  const byId = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  return (finding) => {
    const seen = new Set<Finding>();
    let here = finding;
    while (!seen.has(here)) {
      seen.add(here);
      const cause = here.causedBy === null ? undefined : byId.get(here.causedBy);
      if (cause === undefined) return here;
      here = cause;
    }
    return finding;
  };
}

/** Whether a finding may decide: it is not accepted, and not known from the run given by `--since`. */
export function counts(finding: Finding): boolean {
  return finding.status !== "accepted" && finding.since !== "still-there";
}

/** A failing reason for each accepted finding that is not in the run. */
export function checkUnused(findings: readonly Finding[], accepted: readonly Accepted[]): Reason[] {
  const code = "accepted.unused";
  return unusedIn(findings, accepted).map(({ fingerprint, owner, reason }) => ({
    code,
    verdict: "fail",
    text: `${code} ${fingerprint} is not in this run (${owner}: ${reason})`,
  }));
}

export function unusedIn(
  findings: readonly Finding[],
  accepted: readonly Accepted[],
): readonly Accepted[] {
  const seen = new Set(findings.map(({ fingerprint }) => fingerprint));
  return accepted.filter(({ fingerprint }) => !seen.has(fingerprint));
}

function reasonOf(finding: Finding, effects: readonly Finding[]): Reason {
  const sure = [finding, ...effects].some(({ confidence }) => confidence !== "flaky");
  const code = `finding.${finding.severity}`;
  const { calls, comparedCalls, confidence, status, facts } = finding;
  const customers =
    facts.customers.length === 0 ? "" : `, ${plural(facts.customers.length, "customer")}`;
  const caused = effects.length === 0 ? "" : `; explains ${plural(effects.length, "more finding")}`;
  const known = finding.knownChange;
  const upstream =
    known === null
      ? ""
      : `; ${known.perhaps ? "perhaps " : ""}${known.client} ${known.version}, ${known.source}`;
  const path = finding.path === "" ? "" : ` ${finding.path}`;
  return {
    code,
    verdict: sure ? "fail" : "inconclusive",
    text:
      `${code} ${finding.kind} ${finding.method}${path} ` +
      `(${whole(calls)} of ${whole(comparedCalls)}${customers}; ${confidence}, ${status}${caused}${upstream}) ${finding.fingerprint}`,
  };
}
