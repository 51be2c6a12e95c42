import type { ClassifyConfiguration, SeverityOverride } from "../../config/classifying.ts";
import { KINDS, SEVERITIES, type Kind, type Severity } from "../../model/kinds.ts";
import type { GroupFacts, Variant } from "../../model/run.ts";
import { matchesMethod, matchesPath } from "../../model/glob.ts";
import type { MatchedText } from "../../chains/chain.ts";
import { chainNamed, chainOf } from "../../chains/index.ts";
import { clientDifference } from "../knowledge/client-differences.ts";
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
  /** The clients of both sides, where the upgrade is a switch from one to another. */
  readonly between?: readonly [string, string] | null;
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
  const known = overrides.between ? clientDifference(group, overrides.between) : undefined;
  if (known) return { severity: known.severity, reason: `${known.why} (${known.source})` };
  const text = lostText(group);
  if (text)
    return {
      severity: "breaking",
      reason: `the message lost “${text.text}”: ${text.by} decide by it`,
    };
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
    (row.oldHolds?.some((phrase) => group.variants.some(({ old }) => holds(old, phrase))) ??
      true) &&
    (row.changes === undefined || group.variants.some(CHANGES[row.changes]))
  );
}

/** A text that clients of the method's chain match on, and that one of the messages lost. */
function lostText({ kind, method, variants }: Group): MatchedText | undefined {
  if (kind !== "error-message-changed") return undefined;
  const chain = chainNamed(chainOf(method.includes(" ") ? "rest" : "json-rpc", method));
  return chain.matchedTexts.find(
    ({ text, methods }) =>
      (methods === undefined || matchesMethod(methods, method)) &&
      variants.some((variant) => loses(variant, text)),
  );
}

const CHANGES: Readonly<
  Record<NonNullable<SeverityRow["changes"]>, (variant: Variant) => boolean>
> = {
  "revert-reason": ({ old, candidate }) => {
    const [before, after] = [reasonOf(old), reasonOf(candidate)];
    // A reason that was not told before is no other one.
    return before !== null && before !== "" && after !== null && before !== after;
  },
  "to-null": ({ candidate }) => candidate === "null",
  "list-to-null": ({ old, candidate }) => old === "[]" && candidate === "null",
  "hex-form": ({ old, candidate }) => HEX.test(old) && !HEX.test(candidate),
};

/** A value as it is kept in a variant: JSON, cut where it is long. */
const HEX = /^"0x[0-9a-f]*["…]?$/i;

/** What a contract gave as its reason; "" where it gave none, null where the message speaks of no revert. */
function reasonOf(message: string): string | null {
  const match = /execution reverted:?\s*(.*)$/is.exec(message);
  return match === null ? null : (match[1] ?? "").replace(/"$/, "").trim();
}

function loses({ old, candidate }: Variant, phrase: string): boolean {
  return holds(old, phrase) && !holds(candidate, phrase);
}

function holds(text: string, phrase: string): boolean {
  return text.toLowerCase().includes(phrase.toLowerCase());
}
