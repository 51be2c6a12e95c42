/**
 * The package's interface for programs: the five verbs that everything rests on, with the options of the command line in
 * camelCase. Errors that a person can act on carry `exitCode` (2 for what was asked wrongly, 4 for a run that failed) and
 * `details`, lines of context. There is nothing else to import.
 *
 * @module
 */
import path from "node:path";
import { z } from "zod";
import { inputPath } from "./config/fields.ts";
import { resolveOptions } from "./config/resolve.ts";
import type { Finding, Reason, VerdictKind } from "./model/judged.ts";
import type { Progress } from "./model/progress.ts";
import type { Counts, NotCompared, RecordingFacts } from "./model/run.ts";
import { countUnsent } from "./judge/unsent.ts";
import { toRecorderOptions } from "./record/options-given.ts";
import { recordFields } from "./record/record-fields.ts";
import { unknownNetworkError } from "./replay/given/network.ts";
import type { Format, Part } from "./report/formats/format.ts";
import { readRun } from "./runs/reader.ts";
import { compareFile, compareRequest } from "./stages/compare-file.ts";
import { judgeProven, type JudgedOutcome } from "./stages/judge-runs.ts";
import { startRecorder } from "./stages/record.ts";
import { replayRecordings, replayRequest } from "./stages/replay-recordings.ts";
import { renderRuns } from "./stages/report.ts";

const spec = { spec: z.string().min(1).optional() };
const replayOptions = replayRequest.extend(spec);
const compareOptions = compareRequest.extend(spec);
const judgeOptions = z.object({
  /** Run folders; several are judged as one. */
  runs: z.array(z.string()).min(1),
  /** An earlier run: only what is new since then counts. */
  since: inputPath("folder").optional(),
  /** File of accepted findings; without it accepted.yaml where there is one. */
  accepted: inputPath("file").optional(),
  /** Accepted findings that do not occur any more fail. */
  strictAccepted: z.boolean().default(false),
});

export type RecordOptions = z.input<typeof recordFields>;
export type ReplayOptions = z.input<typeof replayOptions>;
export type CompareOptions = z.input<typeof compareOptions>;
export type JudgeOptions = z.input<typeof judgeOptions>;

/** What surrounds a call; each has the default of a command that is typed in a shell. */
export interface Surroundings {
  /** Folder from which paths are read (default: the process's). */
  readonly cwd?: string;
  /** Variables, of which `SHADOWDIFF_KEY` makes pseudonyms (default: the process's). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The top level of a shadowdiff.yaml: failOn, limits, require, classify… (default: none). */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Ends what is under way and keeps what was done. */
  readonly signal?: AbortSignal;
  /** Lines for a person: warnings, pauses. */
  readonly onNote?: (text: string) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** A recorder at work. */
export interface Recording {
  /** Where clients connect to, `http://127.0.0.1:9545`. */
  readonly url: string;
  /** Where `/healthz` and `/metrics` are, or null. */
  readonly adminUrl: string | null;
  /** Lets open requests end, closes the file, and says what is in it. */
  stop(): Promise<RecordingFacts & { readonly file: string }>;
}

/** A run that is kept in a folder: `judge` reads it from there. */
export interface Run {
  readonly folder: string;
  /** Why it is incomplete, or null. */
  readonly incomplete: string | null;
  readonly counts: Counts;
  /** Calls that were skipped or prove nothing, by reason and method. */
  readonly notCompared: readonly NotCompared[];
}

/** What the runs are worth. */
export interface Judgement {
  readonly verdict: VerdictKind;
  readonly reasons: readonly Reason[];
  /** Ranked: severity, then affected customers, then calls. */
  readonly findings: readonly Finding[];
  readonly counts: Counts;
  /** What `render` takes besides. */
  readonly outcome: JudgedOutcome;
}

/**
 * Records traffic in front of a node, or copies of it (`sink`), until it is stopped.
 *
 * @example
 * const recording = await record({ target: "http://127.0.0.1:8545", out: "main.sqlite" });
 * @throws where the file exists, the port is taken or the options can't be used
 */
export async function record(
  options: RecordOptions,
  { cwd = process.cwd(), env = process.env, signal, onNote }: Surroundings = {},
): Promise<Recording> {
  const given = checked(recordFields, options, "record");
  const out = path.resolve(cwd, given.out);
  const recorder = await startRecorder({
    ...toRecorderOptions({ ...given, out }, env),
    ...(signal === undefined ? {} : { signal }),
    ...(onNote === undefined ? {} : { notice: onNote }),
  });
  const { url, adminUrl } = recorder;
  return {
    url,
    adminUrl,
    async stop() {
      const file = recorder.path();
      return { ...(await recorder.stop()), file };
    },
  };
}

/**
 * Sends recordings to the old and the candidate version, compares the answers and keeps the run in `out`.
 *
 * @throws before anything is sent where the options, the recordings or the nodes do not fit together
 */
export async function replay(
  options: ReplayOptions,
  surroundings: Surroundings = {},
): Promise<Run> {
  const given = checked(replayOptions, options, "replay");
  const { onNote, onProgress, ...rest } = filled(surroundings);
  const { facts, incomplete } = await replayRecordings(given, {
    ...rest,
    note: onNote,
    onProgress,
    onUnknownNetwork: (names) => {
      throw unknownNetworkError(names);
    },
  });
  return runOf(given.out, rest.cwd, incomplete, facts);
}

/** Judges answers that were collected elsewhere, a line of `pairs` each, and keeps the run in `out`. */
export async function compare(
  options: CompareOptions,
  surroundings: Surroundings = {},
): Promise<Run & { readonly badLines: number }> {
  const given = checked(compareOptions, options, "compare");
  const { onNote, onProgress, ...rest } = filled(surroundings);
  const { report, incomplete } = await compareFile(given, { ...rest, onProgress });
  for (const problem of report.problems) onNote(`skipped: ${problem}`);
  const facts = readRun(path.resolve(rest.cwd, given.out));
  return { ...runOf(given.out, rest.cwd, incomplete, facts), badLines: report.bad };
}

/** Judges runs by settings, accepted findings and the time; the same everywhere for the same of these. */
export async function judge(
  options: JudgeOptions,
  surroundings: Surroundings = {},
): Promise<Judgement> {
  const { runs, since, accepted, strictAccepted } = checked(judgeOptions, options, "judge");
  const { cwd, settings, now } = filled(surroundings);
  const outcome = await judgeProven({
    runs,
    since: since ?? null,
    accepted,
    strictAccepted,
    settings,
    settingsPath: null,
    cwd,
    now: now(),
  });
  const { facts, findings, verdict } = outcome.judged;
  const { counts } = countUnsent(facts);
  return { verdict: verdict.verdict, reasons: verdict.reasons, findings, counts, outcome };
}

/**
 * Renders what was judged: the report first, then the files that stand beside it.
 *
 * @example
 * const [report] = render(await judge({ runs: ["reports/main"] }), "html");
 * if (report !== undefined) writeFileSync(report.name, report.text);
 */
export function render({ outcome }: Judgement, format: Format["name"]): readonly Part[] {
  const options = { now: new Date(), templates: null, splitAssets: false };
  return [...renderRuns(outcome, [format], options)].flatMap(({ parts }) => parts);
}

function runOf(
  out: string,
  cwd: string,
  incomplete: string | null,
  { counts, notCompared }: Pick<Run, "counts" | "notCompared">,
): Run {
  return { folder: path.resolve(cwd, out), incomplete, counts, notCompared };
}

function filled(surroundings: Surroundings) {
  const { cwd = process.cwd(), env = process.env, settings = {} } = surroundings;
  const { signal = new AbortController().signal } = surroundings;
  const { onNote = nothing, onProgress = nothing } = surroundings;
  return { cwd, env, settings, signal, onNote, onProgress, now: () => new Date() };
}

function nothing(): void {
  // Nobody wants to be told.
}

/** Options as a person would give them: what is unknown, missing or of the wrong kind is named. */
function checked<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  options: Readonly<Record<string, unknown>>,
  verb: string,
): z.output<z.ZodObject<Shape>> {
  const { values } = resolveOptions(schema, {
    flags: {},
    env: {},
    section: options,
    sectionName: verb,
    filePath: "the options",
  });
  return values as z.output<z.ZodObject<Shape>>;
}
