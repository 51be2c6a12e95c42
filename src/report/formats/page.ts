import { SEVERITIES } from "../../model/kinds.ts";
import { percentText, plural, whole } from "../../words.ts";
import { confirmedText, reasonMeaning } from "../../judge/decision.ts";
import { EFFORT_WORDS } from "./details.ts";
import { visibleDeep } from "../view/text.ts";
import type { ReportView } from "../view/view.ts";

const MOST_DISMISSED = 500;

/** Examples that the page does not hold: past the first of a finding, and of findings for which there was no room. */
interface LeftOut {
  readonly furtherExamples: number;
  readonly withoutExamples: number;
}

/** What the page's own templates need, beside the findings. */
export function pageModel(view: ReportView, { furtherExamples, withoutExamples }: LeftOut): object {
  const { findings, ...rest } = view;
  const notTestedShare = view.notTested.reduce((sum, reason) => sum + reason.share, 0);
  const leftOut = [
    ...view.leftOut,
    EFFORT_WORDS,
    ...(furtherExamples > 0
      ? [`${plural(furtherExamples, "further example")} of the findings: findings.json.`]
      : []),
    ...(withoutExamples > 0
      ? [
          `All examples of ${plural(withoutExamples, "finding")}, to keep the file small: findings.json.`,
        ]
      : []),
    ...(view.dismissed.length > MOST_DISMISSED
      ? [`${whole(view.dismissed.length - MOST_DISMISSED)} groups taken for noise: run.sqlite.`]
      : []),
  ];
  return visibleDeep({
    ...rest,
    leftOut,
    total: findings.length,
    changeTotal: view.groups.length,
    confirmedText: confirmedText(view.decision.confirmed),
    severities: view.severities.map((one) => ({
      ...one,
      changes: view.groups.filter(({ severity }) => severity === one.severity).length,
      counted: one.severity === "info" ? null : view.decision.changes[one.severity as "breaking"],
    })),
    notTestedShare,
    ...reasons(view),
    bar: bar(view),
    menus: menus(view),
    methods: view.methods.map((method) => ({
      ...method,
      chart: null,
      notCompared: method.facts.uncomparable + method.facts.skipped,
      facts: {
        ...method.facts,
        latency: method.facts.latency && {
          old: method.facts.latency.old,
          candidate: method.facts.latency.candidate,
        },
      },
    })),
    charts: view.methods
      .filter((method) => method.chart !== null)
      .map(({ chart, facts }) => ({
        method: facts.method,
        calls: facts.compared,
        chart,
        p95: { old: facts.latency?.old.p95, candidate: facts.latency?.candidate.p95 },
      })),
    dismissed: view.dismissed.slice(0, MOST_DISMISSED),
    dismissedTotal: view.dismissed.length,
  });
}

const MOST_LIMITS = 6;
const MOST_CHANGES = 5;

/** What decides: limits first, then the changes whose findings fail, each change once; and what was met. */
function reasons({ verdict, findings, groups, decision }: ReportView): object {
  const verdicts = new Map(
    verdict.reasons
      .filter((reason) => reason.verdict !== "pass")
      .map((reason) => [/([0-9a-f]{16})$/.exec(reason.text)?.[1] ?? "", reason.verdict]),
  );
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const failing = groups.flatMap(({ fingerprints, title, severity, calls, customerCount }) => {
    const deciding = fingerprints.find((fingerprint) => verdicts.has(fingerprint));
    const finding = byFingerprint.get(deciding ?? "");
    if (deciding === undefined || finding === undefined) return [];
    const customers = customerCount === 0 ? "" : `, ${plural(customerCount, "customer")}`;
    const text = `${plural(calls, "call")}${customers}; ${finding.confidence}`;
    const rank = SEVERITIES.indexOf(severity);
    const verdictOf = verdicts.get(deciding);
    return [{ verdict: verdictOf, fingerprint: deciding, title, text, rank, customerCount, calls }];
  });
  failing.sort(
    (a, b) =>
      Number(a.verdict !== "fail") - Number(b.verdict !== "fail") ||
      a.rank - b.rank ||
      b.customerCount - a.customerCount ||
      b.calls - a.calls,
  );
  const met = verdict.reasons.filter((reason) => reason.verdict === "pass").map(split);
  return {
    limits: decision.limits.slice(0, MOST_LIMITS).map(split),
    moreLimits: Math.max(0, decision.limits.length - MOST_LIMITS),
    failing: failing.slice(0, MOST_CHANGES),
    moreFailing: Math.max(0, failing.length - MOST_CHANGES),
    met,
  };
}

function split(reason: ReportView["verdict"]["reasons"][number]): object {
  const { code, verdict, text } = reason;
  const rest = text.startsWith(code) ? text.slice(code.length).trim() : text;
  const meaning = reasonMeaning(reason);
  const words = `${meaning.slice(0, 1).toUpperCase()}${meaning.slice(1)}`;
  // Where there are no words but the reason's own, they are said once.
  return meaning === rest
    ? { verdict, code, text: "", meaning: words }
    : { verdict, code, text: rest, meaning: `${words}:` };
}

const LEAST_WIDTH = 4;

/** Calls as one bar: the same, different by their worst finding, uncomparable, not sent. */
function bar({ counts, severities }: ReportView): object {
  const bySeverity = severities.toReversed().map(({ severity, calls }) => ({
    name: severity,
    calls,
    words: `with ${severity === "info" ? "an" : "a"} ${severity} finding at worst`,
  }));
  const named = bySeverity.reduce((sum, { calls }) => sum + calls, 0);
  const all = [
    { name: "same", calls: counts.same, words: "the same" },
    {
      name: "noise",
      calls: Math.max(0, counts.different - named),
      words: "different only by noise",
    },
    ...bySeverity,
    { name: "uncomparable", calls: counts.uncomparable, words: "uncomparable" },
    { name: "skipped", calls: counts.skipped, words: "not sent" },
  ];
  const shown = all.filter(({ calls }) => calls > 0);
  // Two calls of a million that break must not be less than a pixel.
  const width = (calls: number): number => Math.max(LEAST_WIDTH, (calls / counts.calls) * 1_000);
  const scale = 1_000 / shown.reduce((sum, { calls }) => sum + width(calls), 0);
  let x = 0;
  const parts = shown.map(({ name, calls, words }) => {
    const share = calls / counts.calls;
    const part = {
      name,
      x,
      width: width(calls) * scale,
      label: `${whole(calls)} ${words} (${percentText(share)})`,
    };
    x += part.width;
    return part;
  });
  return { parts, label: `Calls: ${parts.map((part) => part.label).join(", ")}` };
}

function menus(view: ReportView): object[] {
  const values = (pick: (finding: ReportView["findings"][number]) => string): string[] =>
    [...new Set(view.findings.map(pick))].toSorted();
  return [
    { name: "kind", label: "Kind", options: values((finding) => finding.kind) },
    { name: "method", label: "Method", options: values((finding) => finding.method) },
    {
      name: "customer",
      label: "Customer",
      options: view.customers.map(({ id, name }) => ({ value: id, label: name ?? id })),
    },
    { name: "status", label: "Status", options: values((finding) => finding.status) },
    ...(view.since === null
      ? []
      : [{ name: "since", label: "Since", options: ["new", "grown", "still-there"] }]),
  ];
}
