import { createHash } from "node:crypto";
import { visibleDeep } from "../view/text.ts";
import type { FindingView, ReportView } from "../view/view.ts";
import { bodyModel, DetailsChunks, FULL_FINDINGS } from "./details.ts";
import type { Format, Part } from "./format.ts";
import { pageModel } from "./page.ts";
import { rowsBlob } from "./rows.ts";
import { loadTemplates } from "./templates.ts";
import type { Templates } from "./templates.ts";

/** Findings in the page itself, readable with scripts off and printed. The others are in compressed parts of the file. */
const INLINE_FINDINGS = 100;

/** One file that opens from disk and under a strict policy; with `splitAssets` its style and script stand beside it. */
export const html: Format = {
  name: "html",
  render: (input): readonly Part[] => {
    const { view, splitAssets } = input;
    const templates = loadTemplates(input.templates);
    const chunks = new DetailsChunks(templates);
    const rows: string[] = [];
    let furtherExamples = 0;
    for (const finding of inReadingOrder(view.findings)) {
      const inline = finding.rank <= INLINE_FINDINGS;
      const model = visibleDeep({ ...finding, examples: undefined });
      const body = bodyModel(finding, chunks.left());
      furtherExamples += body.moreExamples;
      rows[finding.rank - 1] = templates.finding(
        inline ? { ...model, body: { ...model, ...body } } : model,
      );
      if (!inline) chunks.add(finding.fingerprint, { ...model, ...body });
    }
    chunks.close();
    const page = templates.page({
      ...pageModel(view, { furtherExamples, withoutExamples: chunks.withoutExamples }),
      inline: INLINE_FINDINGS,
      inlineGroups: inlineGroups(view, rows, templates),
      blobs: [
        rowsBlob(
          view,
          { rows, groups: groupHtml(view, templates) },
          INLINE_FINDINGS,
          chunks.chunkOf,
        ),
        ...chunks.blobs,
      ],
      split: splitAssets,
      style: templates.style,
      script: templates.script,
      csp: policy(splitAssets ? null : { style: templates.style, script: templates.script }),
    });
    const report = { name: "report.html", text: page };
    if (!splitAssets) return [report];
    return [
      report,
      { name: "report.css", text: templates.style },
      { name: "report.js", text: templates.script },
    ];
  },
};

/** The first findings in the page, each group of several under its one line. */
function inlineGroups(view: ReportView, rows: readonly string[], templates: Templates): string[] {
  const ranks = new Map(view.findings.map(({ fingerprint, rank }) => [fingerprint, rank]));
  return view.groups.flatMap((group, index) => {
    const inline = group.fingerprints.flatMap((fingerprint) => {
      const rank = ranks.get(fingerprint) ?? Infinity;
      return rank <= INLINE_FINDINGS ? [rows[rank - 1] ?? ""] : [];
    });
    if (inline.length === 0) return [];
    return group.fingerprints.length === 1
      ? inline
      : [
          templates
            .group(visibleDeep({ ...group, index, rows: [] }))
            .replace(MEMBERS, (open) => open + inline.join("")),
        ];
  });
}

const MEMBERS = /<ol class="members">/;

/** The line of each group without its findings, for the page's script; empty for a group of one. */
function groupHtml(view: ReportView, templates: Templates): string[] {
  return view.groups.map((group, index) =>
    group.fingerprints.length === 1
      ? ""
      : templates.group(visibleDeep({ ...group, index, rows: [] })),
  );
}

/**
 * The order in which findings are rendered: the first as ranked, the others by the pair of their example, as one pair often
 * shows several findings and its texts may be large.
 */
function inReadingOrder(findings: readonly FindingView[]): FindingView[] {
  const first = findings.slice(0, FULL_FINDINGS);
  const others = findings.slice(FULL_FINDINGS);
  const byPair = Map.groupBy(others, (finding) => finding.firstPairId);
  return [...first, ...[...byPair.values()].flat()];
}

/** Only this file's own style and script may act; nothing may be loaded or sent. */
function policy(inline: { style: string; script: string } | null): string {
  const script = inline === null ? "'self'" : `'sha256-${sha256(inline.script)}'`;
  const style = inline === null ? "'self'" : `'sha256-${sha256(inline.style)}'`;
  return `default-src 'none'; script-src ${script}; style-src ${style}; img-src data:; base-uri 'none'; form-action 'none'`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
