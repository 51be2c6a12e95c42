import type { Finding, JudgedRun, Reason, VerdictKind } from "../model/judged.ts";
import type { RunFacts } from "../model/run.ts";
import { daysText, percentText, plural, whole } from "../words.ts";
import { groupChanges, type ChangeGroup } from "./changes.ts";

/**
 * What a manager decides by, the same wherever a run is shown: page, terminal, Markdown, print and findings.json. Pure.
 */
export interface DecisionCard {
  readonly verdict: VerdictKind;
  /** "Not yet", "Go" or "Can't say yet". */
  readonly answer: string;
  /** What it rests on, as a sentence without the answer. */
  readonly because: string;
  /** Whom it touches, how sure it is and what was not tested, in sentences. */
  readonly facts: readonly string[];
  /** Changes, not findings: one new field in ten methods is one. Accepted and flaky ones are not counted. */
  readonly changes: { readonly breaking: number; readonly risky: number };
  /** The severity that the next three figures are of; null where nothing breaking or risky is open. */
  readonly severity: "breaking" | "risky" | null;
  readonly customers: {
    readonly affected: number;
    readonly seen: number;
    /** The first names, where a customers file was given. */
    readonly names: readonly string[];
  };
  /** Share of all recorded traffic, not tested and not affected alike. */
  readonly trafficAffected: number;
  readonly confirmed: { readonly calls: number; readonly of: number };
  readonly notTested: { readonly share: number; readonly reasons: readonly string[] };
  readonly slower: readonly string[];
  readonly dates: {
    /** RFC 3339, or null where the recordings had no times. */
    readonly trafficFrom: string | null;
    readonly trafficTo: string | null;
    readonly run: string;
  };
  /** Reasons that decide and are no single finding: limits, requirements, the run itself. */
  readonly limits: readonly Reason[];
}

/** Pseudonym → the customer's name. */
export type CustomerNames = ReadonlyMap<string, string>;

const NAMES = 3;

export function decisionOf(judged: JudgedRun, names: CustomerNames = new Map()): DecisionCard {
  const { facts, findings, verdict } = judged;
  const open = findings.filter(
    ({ status, confidence }) => status !== "accepted" && confidence !== "flaky",
  );
  const [breaking, risky] = (["breaking", "risky"] as const).map((severity) =>
    open.filter((finding) => finding.severity === severity),
  ) as [Finding[], Finding[]];
  const deciding = breaking.length > 0 ? breaking : risky;
  const isOpen = new Set(open);
  // Of all findings, as the page groups them; one that has nothing open decides nothing.
  const groups = groupChanges(findings).filter((group) =>
    group.findings.some((finding) => isOpen.has(finding)),
  );
  const ofSeverity = (wanted: string): ChangeGroup[] =>
    groups.filter((group) => group.severity === wanted);
  const changes = {
    breaking: ofSeverity("breaking").length,
    risky: ofSeverity("risky").length,
  };
  const severity = breaking.length > 0 ? "breaking" : risky.length > 0 ? "risky" : null;
  const total = facts.methods.reduce((sum, method) => sum + method.weight, 0);
  const figures = {
    customers: customersOf(deciding, facts, names),
    trafficAffected: shareOf(deciding, facts, total),
    confirmed: {
      calls: deciding.reduce((sum, finding) => sum + finding.facts.confidence.confirmed, 0),
      of: deciding.reduce((sum, finding) => sum + finding.calls, 0),
    },
    notTested: notTestedOf(facts, total),
    slower: open.filter(({ kind }) => kind === "latency-regression").map(({ method }) => method),
    dates: datesOf(facts),
  };
  const limits = verdict.reasons
    .filter((reason) => reason.verdict !== "pass" && !reason.code.startsWith("finding."))
    .sort((a, b) => weightOf(a) - weightOf(b))
    .map((reason) => ({ ...reason, text: named(reason.text, names) }));
  return {
    verdict: verdict.verdict,
    answer: ANSWERS[verdict.verdict],
    because: because(judged, changes, ofSeverity(severity ?? ""), limits),
    facts: sentences(figures, severity, names.size > 0, facts.complete),
    changes,
    severity,
    ...figures,
    limits,
  };
}

const ANSWERS: Readonly<Record<VerdictKind, string>> = {
  fail: "Not yet",
  inconclusive: "Can’t say yet",
  pass: "Go",
};

/** The card as one paragraph: "Not yet: 1 breaking change, … Traffic of 18 to 24 Nov, run 25 Nov." */
export function decisionText(card: DecisionCard): string {
  return [`${card.answer}: ${card.because}.`, ...card.facts].join(" ");
}

/** What a reason means, without its numbers. */
const MEANINGS: Readonly<Record<string, string>> = {
  "limit.mismatchRate": "more calls are answered differently than is allowed",
  "limit.affectedCustomers": "more customers are affected than is allowed",
  "limit.objections": "customers object",
  "require.comparedCalls": "too few calls were compared",
  "require.callsPerMethod": "too few calls of some methods were compared",
  "require.methodCoverage": "too much of the traffic is in methods with too few compared calls",
  "require.methods": "a method that must be compared was not",
  "require.uncomparableRate": "too many calls could not be compared",
  "require.noiseRate": "old too often does not repeat its own answers",
  "require.maxAge": "the run is too old",
  "require.changelogCases": "cases of the changelog are open",
  "run.incomplete": "the run did not finish",
  "run.shardsMissing": "parts of the run are missing",
  "run.noData": "nothing was compared",
  "run.errorsOnly": "both sides only ever agreed on errors",
  "run.inconsistent": "the run’s own counts do not agree",
  "require.playbook": "steps of the playbook are open",
};

/** What can't be told yet, of limits that are neither kept nor passed. */
const OPEN: Readonly<Record<string, string>> = {
  "limit.mismatchRate":
    "too few calls were compared to tell whether more are answered differently than is allowed",
  "limit.affectedCustomers":
    "with calls whose difference did not repeat, more customers are affected than is allowed",
};

const NOT_COMPUTED: Readonly<Record<string, string>> = {
  "require.uncomparableRate": "no call was sent",
  "require.noiseRate": "old was asked nothing, so that nobody knows whether it repeats its answers",
  "require.methodCoverage": "there is no traffic that could be replayed",
};

/** A reason for people: its meaning where it has one, else its text without the code before it. */
export function reasonMeaning({ code, text, verdict }: Reason): string {
  const own = /^limit\.(methods|customers)\.(.*)\.(mismatchRate|affectedCustomers)$/s.exec(code);
  const known = own === null ? code : `limit.${own[3]}`;
  const meaning =
    verdict !== "inconclusive"
      ? MEANINGS[known]
      : (OPEN[known] ??
        (/no call was sent|no traffic that/.test(text) ? NOT_COMPUTED[known] : MEANINGS[known]));
  if (meaning === undefined)
    return text.startsWith(`${code} `) ? text.slice(code.length + 1) : text;
  return own === null ? meaning : `${own[1] === "methods" ? "of" : "for"} ${own[2]}, ${meaning}`;
}

/** Pseudonyms in a text by the customers' names, where they are known. */
function named(text: string, names: CustomerNames): string {
  return text.replaceAll(/\bcus_[0-9a-f]{16}\b/g, (id) => names.get(id) ?? id);
}

/** What decides first: a limit that is passed, then what makes the whole run say nothing, then the rest as it came. */
function weightOf({ code, verdict }: Reason): number {
  if (verdict === "fail") return 0;
  return code === "run.noData" ? 1 : code.startsWith("run.") ? 2 : 3;
}

function because(
  { facts, findings }: JudgedRun,
  changes: DecisionCard["changes"],
  deciding: readonly ChangeGroup[],
  limits: readonly Reason[],
): string {
  const top = widest(deciding);
  if (top !== undefined && changes.breaking > 0)
    return told(changes.breaking, "breaking", top.title);
  const [limit] = limits;
  if (limit !== undefined) {
    const more = limits.length > 1 ? `, and ${plural(limits.length - 1, "further reason")}` : "";
    const found = top === undefined ? "" : `; ${told(changes.risky, "risky", top.title)}`;
    return `${reasonMeaning(limit)}${more}${found}`;
  }
  if (top !== undefined) return told(changes.risky, "risky", top.title);
  const flaky = findings.filter(({ confidence }) => confidence === "flaky").length;
  return `no breaking or risky change in ${plural(facts.counts.compared, "compared call")}${flaky === 0 ? "" : ` but ${plural(flaky, "finding")} that did not repeat`}`;
}

/** The change that touches most customers, then most calls. */
function widest(groups: readonly ChangeGroup[]): ChangeGroup | undefined {
  return groups
    .map((group) => ({ group, reach: reachOf(group) }))
    .toSorted((a, b) => b.reach.customers - a.reach.customers || b.reach.calls - a.reach.calls)[0]
    ?.group;
}

function reachOf({ findings }: ChangeGroup): { customers: number; calls: number } {
  const customers = findings.flatMap(({ facts }) => facts.customers.map(({ id }) => id));
  return {
    customers: new Set(customers).size,
    calls: findings.reduce((sum, { calls }) => sum + calls, 0),
  };
}

function told(count: number, severity: string, title: string): string {
  // A capital of its own only where the words begin a sentence.
  const first = title
    .replace(/\.$/, "")
    .replace(/^(?:The|An?|Null|Events|Key|Items)\b/, (word) => word.toLowerCase());
  return count === 1
    ? `1 ${severity} change, ${first}`
    : `${whole(count)} ${severity} changes, the first: ${first}`;
}

type Figures = Pick<
  DecisionCard,
  "customers" | "trafficAffected" | "confirmed" | "notTested" | "slower" | "dates"
>;

function sentences(
  { customers, trafficAffected, confirmed, notTested, slower, dates }: Figures,
  severity: DecisionCard["severity"],
  named: boolean,
  complete: boolean,
): string[] {
  const { affected, seen, names } = customers;
  const more = affected > names.length ? ` and ${whole(affected - names.length)} more` : "";
  const who = named && names.length > 0 ? ` (${names.join(", ")}${more})` : "";
  const touched =
    seen === 0
      ? `${percentText(trafficAffected)} of traffic`
      : affected === 0
        ? `no customer that is known, ${percentText(trafficAffected)} of traffic`
        : `${whole(affected)} of ${plural(seen, "customer")}${who}, ${percentText(trafficAffected)} of traffic`;
  const untested =
    notTested.share === 0
      ? complete
        ? "Everything that was recorded was compared."
        : "What the run had not come to when it stopped was not tested."
      : `${percentText(notTested.share)} was not tested (${notTested.reasons.join(", ")}).`;
  return [
    ...(severity === null ? [] : [sentenceOf(`${touched}, ${confirmedText(confirmed)}.`)]),
    untested,
    ...(slower.length === 0
      ? []
      : [
          `Slower: ${slower.slice(0, NAMES).join(", ")}${slower.length > NAMES ? ` and ${slower.length - NAMES} more` : ""}.`,
        ]),
    datesText(dates),
  ];
}

function sentenceOf(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** "confirmed 10 of 10"; where nobody asked again, that. */
export function confirmedText({ calls, of }: DecisionCard["confirmed"]): string {
  if (of === 0) return "nothing to confirm";
  return calls === 0
    ? `seen in ${plural(of, "call")}, none asked again`
    : `confirmed ${whole(calls)} of ${whole(of)}`;
}

/** "Traffic of 18 to 24 Nov, run 25 Nov." */
function datesText({ trafficFrom, trafficTo, run }: DecisionCard["dates"]): string {
  const traffic =
    trafficFrom === null || trafficTo === null
      ? "Traffic of unknown days"
      : `Traffic of ${daysText(trafficFrom, trafficTo)}`;
  return `${traffic}, run ${daysText(run, run)}.`;
}

function customersOf(
  deciding: readonly Finding[],
  facts: RunFacts,
  names: CustomerNames,
): DecisionCard["customers"] {
  const labelOf = (id: string): string => names.get(id) ?? id;
  const calls = new Map<string, number>();
  for (const { facts: group } of deciding)
    for (const { id, calls: count } of group.customers)
      calls.set(labelOf(id), (calls.get(labelOf(id)) ?? 0) + count);
  const known = new Set(names.values());
  const affected = [...calls].sort((a, b) => b[1] - a[1]).map(([label]) => label);
  return {
    affected: affected.length,
    seen: new Set(facts.customers.map(({ id }) => labelOf(id))).size,
    names: affected.filter((label) => known.has(label)).slice(0, NAMES),
  };
}

/** Traffic of calls that have one of the findings; of findings on whole methods, the methods' own. */
function shareOf(deciding: readonly Finding[], facts: RunFacts, total: number): number {
  if (total === 0) return 0;
  const fingerprints = new Set(deciding.map(({ fingerprint }) => fingerprint));
  const hit = facts.signatures.filter((signature) =>
    signature.fingerprints.some((fingerprint) => fingerprints.has(fingerprint)),
  );
  const ofCalls = hit.reduce((sum, { weight }) => sum + weight, 0);
  const seen = new Set(hit.flatMap((signature) => signature.fingerprints));
  const ofMethods = deciding
    .filter(({ fingerprint }) => !seen.has(fingerprint))
    .reduce((sum, finding) => sum + finding.facts.weight, 0);
  return Math.min(1, (ofCalls + ofMethods) / total);
}

function notTestedOf({ notCompared }: RunFacts, total: number): DecisionCard["notTested"] {
  const weights = new Map<string, number>();
  for (const { reason, weight } of notCompared)
    weights.set(reason, (weights.get(reason) ?? 0) + weight);
  const sum = [...weights.values()].reduce((all, weight) => all + weight, 0);
  const reasons = [...weights]
    .sort((a, b) => b[1] - a[1])
    .map(([reason]) => reason.replaceAll("-", " "));
  return {
    share: total === 0 ? 0 : sum / total,
    reasons: reasons.length > NAMES ? [...reasons.slice(0, NAMES), "…"] : reasons,
  };
}

function datesOf({ header }: RunFacts): DecisionCard["dates"] {
  const from = header.recordings.flatMap(({ firstAt }) => firstAt ?? []);
  const to = header.recordings.flatMap(({ lastAt }) => lastAt ?? []);
  return {
    trafficFrom: from.length === 0 ? null : new Date(Math.min(...from)).toISOString(),
    trafficTo: to.length === 0 ? null : new Date(Math.max(...to)).toISOString(),
    run: header.createdAt,
  };
}
