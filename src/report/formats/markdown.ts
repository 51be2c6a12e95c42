import { percentText, plural, whole } from "../../words.ts";
import { cut, visible } from "../view/text.ts";
import type { FindingView, ReportView } from "../view/view.ts";
import { verdictWord } from "../view/words.ts";
import type { Format } from "./format.ts";

/** The first line, by which a bot finds its own comment again and replaces it. */
export const STICKY_MARKER = "<!-- shadowdiff report: replace the comment that starts so -->";

/** GitHub refuses a comment past 65,536 characters; bytes are counted here, which are never fewer. */
const COMMENT_BYTES = 60_000;
const MOST_REASONS = 10;
const MOST_NOT_TESTED = 8;

/** A comment for a pull request: verdict, reasons, what was not tested, and as many findings as fit. */
export const markdown: Format = {
  name: "markdown",
  render: ({ view }) => [{ name: "report.md", text: markdownReport(view, COMMENT_BYTES) }],
};

/** @param bytes most bytes of UTF-8 that the whole text may have */
export function markdownReport(view: ReportView, bytes: number): string {
  const head = [STICKY_MARKER, ...headLines(view), "", ...notTestedLines(view), "", ""].join("\n");
  const foot = `\n${code(view.heading.runId)} · the whole report: report.html, findings.json\n`;
  const table = findingsTable(view.findings, bytes - size(head) - size(foot));
  return `${head}${table}${foot}`;
}

function headLines(view: ReportView): string[] {
  const { verdict, heading, counts, coverage, severities } = view;
  const icon = { pass: "✅", fail: "❌", inconclusive: "⚠️" }[verdict.verdict];
  const reasons = verdict.reasons.filter((reason) => reason.verdict !== "pass");
  return [
    `## ${icon} ${verdictWord(verdict.verdict)}: ${text(heading.versions)}`,
    "",
    ...(heading.complete ? [] : ["**This run is incomplete.**", ""]),
    ...reasons.slice(0, MOST_REASONS).map((reason) => `- ${code(cut(reason.text, 300))}`),
    ...(reasons.length > MOST_REASONS
      ? [`- and ${whole(reasons.length - MOST_REASONS)} more`]
      : []),
    "",
    `${whole(counts.compared)} of ${whole(counts.calls)} calls compared (${percentText(coverage.comparedShare)} of traffic), ${whole(counts.different)} answered differently; ${severities
      .map(({ severity, findings }) => `**${whole(findings)}** ${severity}`)
      .join(", ")}.`,
    ...(view.since === null
      ? []
      : [
          "",
          `Since ${code(view.since.runId)}: ${view.since.fresh} new, ${view.since.grown} grown, ${view.since.still} still there, ${view.since.gone.length} gone.`,
        ]),
  ];
}

function notTestedLines({ notTested }: ReportView): string[] {
  if (notTested.length === 0) return [];
  const share = notTested.reduce((sum, reason) => sum + reason.share, 0);
  return [
    `**Not tested: ${percentText(share)} of traffic**`,
    "",
    ...notTested
      .slice(0, MOST_NOT_TESTED)
      .map(
        (reason) =>
          `- ${percentText(reason.share)} ${text(reason.words)} (${code(reason.reason)}, ${plural(reason.calls, "call")})`,
      ),
    ...(notTested.length > MOST_NOT_TESTED
      ? [`- and ${notTested.length - MOST_NOT_TESTED} more reasons`]
      : []),
  ];
}

/** The findings as a table, as many as `bytes` allow, and how many there are more. */
function findingsTable(findings: readonly FindingView[], bytes: number): string {
  if (findings.length === 0) return "No findings.\n";
  const lines = [
    "| severity | finding | method | path | calls | customers | |",
    "| --- | --- | --- | --- | --: | --: | --- |",
  ];
  let left = bytes - size(lines.join("\n")) - 100;
  for (const finding of findings) {
    const line = findingLine(finding);
    left -= size(line) + 1;
    if (left < 0) break;
    lines.push(line);
  }
  const more = findings.length - (lines.length - 2);
  return `${lines.join("\n")}\n${more > 0 ? `\n**and ${plural(more, "more finding")}** in report.html\n` : ""}`;
}

function findingLine(finding: FindingView): string {
  const {
    severity,
    title,
    method,
    path,
    calls,
    customerCount,
    fingerprint,
    status,
    confidence,
    since,
  } = finding;
  const marks = [status, confidence, since]
    .filter((mark) => mark !== null && mark !== "confirmed")
    .join(", ");
  const cells = [
    severity,
    text(cut(title, 300)),
    code(cut(method, 120)),
    code(cut(path === "" ? "(whole response)" : path, 200)),
    whole(calls),
    whole(customerCount),
    `${code(fingerprint)} ${marks}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** A code span: nothing in it is markup, a mention or a link. Its fence is longer than any run of backticks inside. */
function code(value: string): string {
  const line = oneLine(value).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Plain text: markup, HTML, mentions and issue links are taken apart. */
function text(value: string): string {
  return oneLine(value)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*{}[\]#|~]|(?<!\w)_|_(?!\w)/g, "\\$&")
    .replace(/@(?=\w)/g, "@\u200b")
    .replace(/(https?|ftp):\/\//gi, "$1:\u200b//")
    .replace(/www\./gi, "www\u200b.");
}

function oneLine(value: string): string {
  return visible(value).replace(/\s+/g, " ");
}

function size(value: string): number {
  return Buffer.byteLength(value);
}
