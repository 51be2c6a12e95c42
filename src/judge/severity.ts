import type { JudgeConfiguration } from "../config/judging.ts";
import { severityOf, type SeverityDecision } from "../classify/severity/severity.ts";
import { SEVERITIES, type Severity } from "../model/kinds.ts";
import type { GroupFacts } from "../model/run.ts";

/** How bad a group is under a configuration. */
export function severityFor(
  group: GroupFacts,
  { severity, classify }: JudgeConfiguration,
  between: readonly [string, string] | null = null,
): SeverityDecision {
  const { ignore, phrases } = classify;
  return severityOf(group, { severity, ignore, phrases, between });
}

/** Whether a severity is `level` or worse. */
export function atLeast(severity: Severity, level: Severity | "never"): boolean {
  return level !== "never" && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(level);
}
