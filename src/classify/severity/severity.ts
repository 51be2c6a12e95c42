import type { ClassifyConfiguration, SeverityOverride } from "../../config/classifying.ts";
import { KINDS, SEVERITIES, type Kind, type Severity } from "../../model/kinds.ts";
import type { GroupFacts, Variant } from "../../model/run.ts";
import { matchesMethod, matchesPath } from "../../model/glob.ts";
import { SEVERITY_ROWS, type SeverityRow } from "./severity-rows.ts";

export interface SeverityDecision {
  readonly severity: Severity;
  /** Why it is not the kind's default, or null. */
  readonly reason: string | null;
}

/** What a configuration may change. */
export interface SeverityOverrides {
  /** The last row that matches wins, whatever else is said. */
  readonly severity?: readonly SeverityOverride[];
  readonly ignore?: ClassifyConfiguration["ignore"];
  readonly phrases?: ClassifyConfiguration["phrases"];
}

/** What a group is judged by: a path pattern and the values seen there. */
type Group = Pick<GroupFacts, "kind" | "method" | "path" | "variants"> &
  Partial<Pick<GroupFacts, "fingerprint">>;

/**
 * How bad a group of differences is: the configuration's word, else the shipped row for its method and path, else its
 * kind's default. Usage decides rank, never severity.
 */
export function severityOf(group: Group, overrides: SeverityOverrides = {}): SeverityDecision {
  const override = overrides.severity?.findLast((row) => overrideMatches(row, group));
  if (override) return { severity: override.severity, reason: override.reason };
  const ignored = overrides.ignore?.find((row) => overrideMatches(row, group));
  if (ignored) return { severity: "noise", reason: `ignored: ${ignored.reason}` };
  const phrase = overrides.phrases?.find((row) => losesPhrase(row, group));
  if (phrase) return { severity: phrase.severity, reason: phrase.reason };
  const row = SEVERITY_ROWS.find((row) => rowMatches(row, group));
  if (row) return { severity: row.severity, reason: row.why };
  return { severity: defaultSeverity(group.kind), reason: null };
}

/** A kind's severity where nothing more is known. */
export function defaultSeverity(kind: Kind): Severity {
  const kinds: Readonly<Record<Severity, readonly Kind[]>> = KINDS;
  return SEVERITIES.find((severity) => kinds[severity].includes(kind)) ?? "breaking";
}

interface Target {
  readonly kind?: Kind | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly fingerprint?: string | undefined;
}

function overrideMatches(row: Target, group: Group): boolean {
  return (
    (row.kind === undefined || row.kind === group.kind) &&
    (row.method === undefined || matchesMethod(row.method, group.method)) &&
    (row.path === undefined || matchesPath(row.path, group.path)) &&
    (row.fingerprint === undefined || row.fingerprint === group.fingerprint)
  );
}

function losesPhrase(row: ClassifyConfiguration["phrases"][number], group: Group): boolean {
  return (
    group.kind === "error-message-changed" &&
    (row.method === undefined || matchesMethod(row.method, group.method)) &&
    group.variants.some((variant) => loses(variant, row.phrase))
  );
}

function rowMatches(row: SeverityRow, group: Group): boolean {
  return (
    row.kinds.includes(group.kind) &&
    (row.methods?.some((glob) => matchesMethod(glob, group.method)) ?? true) &&
    (row.paths?.some((glob) => matchesPath(glob, group.path)) ?? true) &&
    (row.lost?.some((phrase) => group.variants.some((variant) => loses(variant, phrase))) ??
      true) &&
    (row.oldHolds?.some((phrase) => group.variants.some(({ old }) => holds(old, phrase))) ?? true)
  );
}

function loses({ old, candidate }: Variant, phrase: string): boolean {
  return holds(old, phrase) && !holds(candidate, phrase);
}

function holds(text: string, phrase: string): boolean {
  return text.toLowerCase().includes(phrase.toLowerCase());
}
