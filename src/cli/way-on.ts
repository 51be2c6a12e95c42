import type { JudgeConfiguration } from "../config/judging.ts";
import type { JudgedRun, Reason } from "../model/judged.ts";
import { whole } from "../words.ts";
import type { JudgedOutcome } from "../stages/judge-runs.ts";
import { paint } from "./colour.ts";
import { wrapped } from "./command-lines.ts";
import type { Io } from "./io.ts";
import { suggest, type NextStep } from "./next-steps.ts";
import { REASON_HELP } from "./reason-help.ts";

/**
 * What helps against a reason that leaves the verdict open: which traffic, which option, which setting. Known by the
 * reason's code, the longest beginning first. `troubleshooting.md` of the guides has a section for each.
 */
const ADVICE: readonly (readonly [code: string, advice: Advice])[] = [
  ["require.comparedCalls", moreCalls],
  [
    "require.methodCoverage",
    ({ require }) =>
      `Methods with fewer than ${whole(require.callsPerMethod)} compared calls don't count: record longer, with --per-method for the rare ones, or lower require.callsPerMethod or require.methodCoverage.`,
  ],
  [
    "require.methods",
    () =>
      "The methods that require.methods names are missing: record until they were called, or add calls of your own with shadowdiff import.",
  ],
  ["require.uncomparableRate", mostlyUncomparable],
  [
    "require.noiseRate",
    () =>
      "Old does not repeat itself: replay to a node that serves nobody and is in sync, or name what is no promise under classify.ignore.",
  ],
  [
    "require.playbook",
    () =>
      "Steps of the upgrade are open: shadowdiff upgrade status FOLDER says which, and the next command of each.",
  ],
  [
    "require.changelogCases",
    () =>
      "Cases of the release are open: write requests or a waiver for them and give their folder to shadowdiff cases --cases, or set require.changelogCases to any.",
  ],
  ["require.maxAge", () => "Replay again: nodes and traffic may have changed since."],
  [
    "run.incomplete",
    () => "Finish the run: the command that began it, with --resume and the same --out.",
  ],
  ["run.shardsMissing", () => "Replay the shards that are missing and merge again."],
  ["run.inconsistent", () => "The run's file is damaged: replay again into a new folder."],
  ["run.noData", mostlyUncomparable],
  [
    "run.errorsOnly",
    () =>
      "Both nodes err on everything: they refuse what is sent (see the answers in the report), or hold none of the state that is asked for: use nodes with the recording's blocks, or newer traffic.",
  ],
  [
    "limit",
    () =>
      "The bound is still too wide to tell: more traffic narrows it (four times as much halves it).",
  ],
  [
    "finding",
    () => "Some findings came and went: replay again with a higher --confirm to settle them.",
  ],
  ["failOn", () => "Some findings came and went: replay again with a higher --confirm."],
];

/** Codes of reasons that have advice, for the guide to trouble. */
export const ADVISED: readonly string[] = ADVICE.map(([code]) => code);

type Advice = (configuration: JudgeConfiguration, judged: JudgedRun) => string;

/** Says on stderr what an open verdict needs, and which commands make sense now. */
export function adviseWayOn(
  io: Pick<Io, "stderr" | "guide" | "colours" | "env">,
  { judged, configuration }: JudgedOutcome,
  runs: readonly string[],
): void {
  const advice = adviceFor(judged, configuration);
  // A way to a verdict is worth more than a next step: demo, run and try say it too.
  if (advice.length > 0) {
    io.stderr.write(`${paint(io.colours.stderr, "yellow", "To get a verdict:")}\n`);
    for (const sentence of advice) io.stderr.write(`${wrapped(sentence, "  - ", "    ")}\n`);
  }
  suggest(io, stepsAfter(judged, runs));
}

/** One sentence for each reason that leaves the verdict open, in their order, none twice. */
export function adviceFor(judged: JudgedRun, configuration: JudgeConfiguration): string[] {
  const open = judged.verdict.reasons.filter(({ verdict }) => verdict === "inconclusive");
  // Where nothing was compared, every other requirement is unmet for that alone.
  const noData = open.filter(({ code }) => code === "run.noData");
  const sentences = (noData.length > 0 ? noData : open).flatMap((reason) => {
    const advice = adviceOf(reason);
    return advice === undefined ? [] : [advice(configuration, judged)];
  });
  return [...new Set(sentences)];
}

function adviceOf({ code }: Reason): Advice | undefined {
  return ADVICE.find(([known]) => code === known || code.startsWith(`${known}.`))?.[1];
}

function moreCalls({ require }: JudgeConfiguration, { facts }: JudgedRun): string {
  const { compared } = facts.counts;
  const missing = Math.max(1, require.comparedCalls - compared);
  const times = compared === 0 ? "" : `, ${whole(Math.ceil(missing / compared))} times this run's`;
  return `${whole(missing)} more compared calls are needed${times}: record longer, or lower require.comparedCalls in shadowdiff.yaml.`;
}

function mostlyUncomparable(_: JudgeConfiguration, { facts }: JudgedRun): string {
  const calls = new Map<string, number>();
  for (const row of facts.notCompared)
    calls.set(row.reason, (calls.get(row.reason) ?? 0) + row.calls);
  const top = [...calls].sort((a, b) => b[1] - a[1]).slice(0, 3);
  if (top.length === 0) return "Nothing was replayed: the recording holds no call.";
  const parts = top.map(([reason, count]) => {
    const help = Object.entries(REASON_HELP).find(([known]) => known === reason)?.[1];
    return `${whole(count)} ${reason}${help === undefined ? "" : ` (${help})`}`;
  });
  return `What could not be compared, mostly: ${parts.join("; ")}.`;
}

/** The commands that make sense after a verdict. */
export function stepsAfter(judged: JudgedRun, runs: readonly string[]): NextStep[] {
  const [run = "RUN"] = runs;
  const worst = judged.findings.find(({ status }) => status !== "accepted");
  const look: NextStep = ["see it with before and after", ["report", ...runs]];
  if (judged.verdict.verdict === "pass") {
    return judged.findings.length === 0
      ? [look]
      : [look, ["tell customers what changes", ["notice", "draft", run]]];
  }
  if (worst === undefined) return [look];
  const { fingerprint } = worst;
  return [
    look,
    ["read why the first finding matters", ["explain", fingerprint, "--run", run]],
    ["accept it for a while", ["accept", run, fingerprint, "--reason", "WHY", "--owner", "WHO"]],
  ];
}
