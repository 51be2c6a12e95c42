import { percentText, plural, whole } from "../../words.ts";
import type { FindingView, MethodView, ReportView } from "../view/view.ts";
import type { Format } from "./format.ts";

/** Findings listed in a case's text; the rest is in the report. */
const MOST_FINDINGS = 20;

/**
 * JUnit XML: a suite a namespace, a case a method, and a suite `gate` with a case for each reason. A method fails by its findings
 * that fail the gate; one without a compared call is skipped; a reason that is inconclusive is an error, as it is no pass.
 */
export const junit: Format = {
  name: "junit",
  render: ({ view, fails }) => [{ name: "junit.xml", text: junitXml(view, fails) }],
};

interface Case {
  readonly name: string;
  readonly result: string;
  readonly outcome: "passed" | "failed" | "error" | "skipped";
}

function junitXml(view: ReportView, fails: ReadonlySet<string>): string {
  const byMethod = Map.groupBy(view.findings, (finding) => finding.method);
  const methods = Map.groupBy(view.methods, (method) => namespaceOf(method.facts.method));
  const suites = [
    suite("gate", view.verdict.reasons.map(reasonCase)),
    ...[...methods].map(([namespace, members]) =>
      suite(
        namespace,
        members.map((method) => methodCase(method, byMethod.get(method.facts.method) ?? [], fails)),
      ),
    ),
  ];
  const cases = suites.reduce((sum, one) => sum + one.cases.length, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name=${attribute(`shadowdiff ${view.heading.versions}`)} tests="${cases}" failures="${total(suites, "failed")}" errors="${total(suites, "error")}" skipped="${total(suites, "skipped")}">`,
    ...suites.map((one) => one.xml),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Suite {
  readonly cases: readonly Case[];
  readonly xml: string;
}

function suite(name: string, cases: readonly Case[]): Suite {
  const count = (outcome: Case["outcome"]): number =>
    cases.filter((one) => one.outcome === outcome).length;
  const xml = [
    `  <testsuite name=${attribute(name)} tests="${cases.length}" failures="${count("failed")}" errors="${count("error")}" skipped="${count("skipped")}">`,
    ...cases.map(
      (one) =>
        `    <testcase classname=${attribute(name)} name=${attribute(one.name)}>${one.result}</testcase>`,
    ),
    "  </testsuite>",
  ].join("\n");
  return { cases, xml };
}

function total(suites: readonly Suite[], outcome: Case["outcome"]): number {
  return suites.flatMap((one) => one.cases).filter((one) => one.outcome === outcome).length;
}

function reasonCase({ code, verdict, text }: ReportView["verdict"]["reasons"][number]): Case {
  if (verdict === "pass") return { name: code, result: "", outcome: "passed" };
  const tag = verdict === "fail" ? "failure" : "error";
  const result = `<${tag} type=${attribute(code)} message=${attribute(text)}/>`;
  return { name: code, result, outcome: verdict === "fail" ? "failed" : "error" };
}

function methodCase(
  method: MethodView,
  findings: readonly FindingView[],
  fails: ReadonlySet<string>,
): Case {
  const name = method.facts.method;
  if (method.facts.compared === 0)
    return {
      name,
      result: `<skipped message=${attribute(`none of ${plural(method.facts.calls, "call")} was compared`)}/>`,
      outcome: "skipped",
    };
  const failing = findings.filter((finding) => fails.has(finding.fingerprint));
  const [worst] = failing;
  if (worst === undefined)
    return {
      name,
      result: findings.length === 0 ? "" : `<system-out>${escape(listing(findings))}</system-out>`,
      outcome: "passed",
    };
  const result = `<failure type=${attribute(worst.kind)} message=${attribute(worst.title)}>${escape(listing(failing))}</failure>`;
  return { name, result, outcome: "failed" };
}

function listing(findings: readonly FindingView[]): string {
  const lines = findings
    .slice(0, MOST_FINDINGS)
    .map(
      (finding) =>
        `${finding.severity} ${finding.kind} ${finding.path} (${plural(finding.calls, "call")}, ${percentText(finding.share)}; ${finding.confidence}, ${finding.status}) ${finding.fingerprint}`,
    );
  const more = findings.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${whole(more)} more: see report.html`] : [])].join("\n");
}

/** `eth` of `eth_call`; `/extended/v1` of `GET /extended/v1/tx/{tx_id}`. */
function namespaceOf(method: string): string {
  const route = /^[A-Z]+ (\/[^/]*(?:\/v\d+)?)/.exec(method)?.[1];
  if (route !== undefined) return route;
  const split = method.indexOf("_");
  return split > 0 ? method.slice(0, split) : "other";
}

function attribute(text: string): string {
  return `"${escape(text)}"`;
}

/** XML text: what XML 1.0 can't hold at all becomes U+FFFD, the rest is escaped. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(FORBIDDEN, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
