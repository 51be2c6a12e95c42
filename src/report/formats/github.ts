import { percentText, plural } from "../../words.ts";
import type { Severity } from "../../model/kinds.ts";
import { cut, visible } from "../view/text.ts";
import type { FindingView, ReportView } from "../view/view.ts";
import type { Format } from "./format.ts";
import { markdownReport } from "./markdown.ts";

/** GitHub shows 10 annotations of a kind for a step and drops the rest without a word. */
const MOST_ANNOTATIONS = 9;
/** Past 1 MiB GitHub loses the whole summary. */
const SUMMARY_BYTES = 900_000;

const LEVEL: Readonly<Record<Severity, string>> = {
  breaking: "error",
  risky: "warning",
  info: "notice",
  noise: "notice",
};

/** Workflow commands, to be printed, and a step summary. */
export const github: Format = {
  name: "github",
  render: ({ view }) => [
    { name: "github.txt", text: annotations(view) },
    { name: "github-summary.md", text: markdownReport(view, SUMMARY_BYTES) },
  ],
};

function annotations(view: ReportView): string {
  const open = view.findings.filter((finding) => finding.status !== "accepted");
  const shown = open.slice(0, MOST_ANNOTATIONS);
  const more = open.length - shown.length;
  return [
    ...shown.map(annotation),
    ...(more > 0
      ? [`::notice title=shadowdiff::and ${plural(more, "more finding")}: see report.html`]
      : []),
    "",
  ].join("\n");
}

function annotation(finding: FindingView): string {
  const { severity, kind, method, title, calls, share, customerCount, fingerprint } = finding;
  const message = `${cut(title, 400)} (${plural(calls, "call")}, ${percentText(share)} of traffic, ${plural(customerCount, "customer")}; ${fingerprint})`;
  return `::${LEVEL[severity]} title=${property(`${kind} ${cut(method, 120)}`)}::${data(message)}`;
}

/** A workflow command's message: a line break would end it and start another command. */
function data(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
