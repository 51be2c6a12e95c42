import { FORMATS } from "../../src/report/formats/index.ts";
import type { Format, Part, ReportInput } from "../../src/report/formats/format.ts";
import { buildView } from "../../src/report/view/build.ts";
import type { ViewOptions } from "../../src/report/view/build.ts";
import type { BuiltRun } from "../support/judged.ts";

export const NOW = new Date("2026-11-21T12:00:00Z");

/** Renders a built run in one format, with nothing accepted and no baseline unless given. */
export function render(
  name: Format["name"],
  { judged, texts }: BuiltRun,
  given: Partial<ViewOptions> & Partial<ReportInput> = {},
): readonly Part[] {
  const format = FORMATS.find((one) => one.name === name);
  if (format === undefined) throw new Error(`no format ${name}`);
  const view = buildView(judged, {
    texts,
    decisions: [],
    since: null,
    now: NOW,
    ...given,
  });
  return format.render({
    view,
    judged,
    texts,
    makePatch: () => ({ patch: null, reason: "no patch in this test" }),
    fails: new Set(
      judged.findings
        .filter((finding) => finding.severity === "breaking")
        .map(({ fingerprint }) => fingerprint),
    ),
    templates: null,
    splitAssets: false,
    ...given,
  });
}

/** The text of the report itself. */
export function rendered(...args: Parameters<typeof render>): string {
  return render(...args)[0]?.text ?? "";
}
