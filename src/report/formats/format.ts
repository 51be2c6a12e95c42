import type { JudgedRun } from "../../model/judged.ts";
import type { MakePatch } from "../view/finding-json.ts";
import type { ReadTexts, ReportView } from "../view/view.ts";

/** What every format renders from. */
export interface ReportInput {
  readonly view: ReportView;
  readonly judged: JudgedRun;
  readonly texts: ReadTexts;
  readonly makePatch: MakePatch;
  /** Fingerprints of the findings that fail the gate. */
  readonly fails: ReadonlySet<string>;
  /** Folder of a team's own templates, looked at before the shipped ones; null for none. */
  readonly templates: string | null;
  /** HTML: style and script as files of their own, for hosts that forbid inline ones. */
  readonly splitAssets: boolean;
}

/** A file of a rendered report; the first is the report itself, the others stand beside it. */
export interface Part {
  readonly name: string;
  readonly text: string;
}

/** In the order of --help. */
export const FORMAT_NAMES = ["html", "json", "junit", "markdown", "github"] as const;

export interface Format {
  readonly name: (typeof FORMAT_NAMES)[number];
  readonly render: (input: ReportInput) => readonly Part[];
}
