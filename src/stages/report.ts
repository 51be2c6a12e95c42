import { counts } from "../judge/reasons/of-findings.ts";
import { failsFor } from "../judge/exemptions.ts";
import type { JudgedOutcome } from "./judge-runs.ts";
import { FORMATS } from "../report/formats/index.ts";
import type { Format, Part } from "../report/formats/format.ts";
import { makePatch } from "../report/patch.ts";
import { buildView } from "../report/view/build.ts";
import type { ReadTexts } from "../report/view/view.ts";
import { openTextsOfRuns } from "../runs/texts.ts";

export interface ReportOptions {
  /** Reads full texts of samples; give none for formats that show no bodies. */
  readonly texts: ReadTexts;
  readonly now: Date;
  /** Folder of a team's own templates, or null. */
  readonly templates: string | null;
  readonly splitAssets: boolean;
  /** Pseudonym → the customer's name, and → the draft of their notice; left out without a customers file. */
  readonly names?: ReadonlyMap<string, string>;
  readonly notices?: ReadonlyMap<string, string>;
}

export interface Rendering {
  readonly format: Format["name"];
  /** The report first, then what stands beside it. */
  readonly parts: readonly Part[];
}

/**
 * Renders a judged run in some formats, one after the other, so that only one is in memory.
 * @throws usageError where the team's templates can't be used
 */
export function* renderReport(
  { judged, since, accepted, configuration }: JudgedOutcome,
  formats: readonly Format["name"][],
  { texts, now, templates, splitAssets, names, notices }: ReportOptions,
): Generator<Rendering> {
  const view = buildView(judged, {
    texts: rememberLast(texts),
    decisions: accepted,
    since:
      since === null
        ? null
        : { runId: since.facts.header.id, createdAt: since.facts.header.createdAt },
    now,
    ...(names === undefined ? {} : { names }),
    ...(notices === undefined ? {} : { notices }),
  });
  const failing = judged.findings.filter(
    (finding) => counts(finding) && failsFor(finding, configuration),
  );
  const fails = new Set(failing.map((finding) => finding.fingerprint));
  for (const format of FORMATS.filter(({ name }) => formats.includes(name))) {
    const parts = format.render({ view, judged, texts, makePatch, fails, templates, splitAssets });
    yield { format: format.name, parts };
  }
}

/** The same with full texts, read from the runs' own folders while it renders. */
export function* renderRuns(
  outcome: JudgedOutcome,
  formats: readonly Format["name"][],
  options: Omit<ReportOptions, "texts">,
): Generator<Rendering> {
  const texts = openTextsOfRuns(outcome.folders);
  try {
    yield* renderReport(outcome, formats, {
      ...options,
      texts: (pairIds) => texts.read(pairIds),
    });
  } finally {
    texts.close();
  }
}

/** Gives the last pair again without reading it: findings of one pair are rendered one after the other. */
function rememberLast(texts: ReadTexts): ReadTexts {
  let last: ReturnType<ReadTexts> = new Map();
  return (pairIds) => {
    if (!pairIds.every((pairId) => last.has(pairId))) last = texts(pairIds);
    return last;
  };
}
