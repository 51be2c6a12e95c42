import type { JudgeConfiguration, SeverityRule } from "../config/judging.ts";
import { KINDS, SEVERITIES, type Kind, type Severity } from "../model/difference.ts";
import type { GroupFacts } from "../model/run.ts";

export interface Judged {
  readonly severity: Severity;
  readonly reason: string | null;
}

/** How bad a group is: the configuration's last matching rule, else what is known of its kind at that method and path. */
export function severityFor(group: GroupFacts, rules: JudgeConfiguration["severity"]): Judged {
  const rule = rules.findLast((rule) => matches(rule, group));
  if (rule !== undefined) return { severity: rule.severity, reason: rule.reason };
  return { severity: defaultSeverity(group.kind), reason: null };
}

function defaultSeverity(kind: Kind): Severity {
  const kinds: Readonly<Record<Severity, readonly string[]>> = KINDS;
  return SEVERITIES.find((severity) => kinds[severity].includes(kind)) ?? "breaking";
}

function matches(rule: SeverityRule, group: GroupFacts): boolean {
  return (
    (rule.kind === undefined || rule.kind === group.kind) &&
    (rule.method === undefined || rule.method === group.method) &&
    (rule.path === undefined || rule.path === group.path) &&
    (rule.fingerprint === undefined || rule.fingerprint === group.fingerprint)
  );
}

/** Whether a severity is `level` or worse. */
export function atLeast(severity: Severity, level: Severity | "never"): boolean {
  return level !== "never" && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(level);
}
