import path from "node:path";
import type { Accepted } from "../config/accepted.ts";
import { readAccepted } from "../config/files/accepted-file.ts";
import { parseJudging, type JudgeConfiguration } from "../config/judging.ts";
import { usageError } from "../errors.ts";
import { judge, type JudgeExtras } from "../judge/judge.ts";
import { mergeFacts } from "../judge/merge.ts";
import { resolveParts } from "../judge/merge/parts.ts";
import type { JudgedRun } from "../model/judged.ts";
import type { RunFacts } from "../model/run.ts";
import { readObjections } from "../notice/objections.ts";
import { readRun } from "../runs/reader.ts";
import { readWindow } from "../runs/windows/read.ts";
import { withEvidence } from "./evidence.ts";
import { windowStart, type Window } from "../model/window.ts";
import { proveRuns } from "./prove.ts";

/** What a command knows of the judging that is wanted. */
export interface JudgingRequest extends Pick<JudgeExtras, "strictAccepted" | "playbook"> {
  /** Run directories; several are judged as one. */
  readonly runs: readonly string[];
  /** An earlier run, or null: what it had already is not held against this one. */
  readonly since: string | null;
  /** The accepted file as named; undefined for accepted.yaml where there is one; null for none at all. */
  readonly accepted: string | null | undefined;
  /** Top level of the configuration file, unchecked. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingsPath: string | null;
  readonly cwd: string;
  readonly now: Date;
  /** Only what was compared in it counts; null for all. */
  readonly window?: Window | null;
}

export interface JudgedOutcome {
  readonly judged: JudgedRun;
  /** The earlier run, judged with the same settings, or null. */
  readonly since: JudgedRun | null;
  readonly accepted: readonly Accepted[];
  readonly configuration: JudgeConfiguration;
  /** Folders of the runs that count: a pair's texts lie in one of them. */
  readonly folders: readonly string[];
}

/** What a verdict is made from, as it was read; the time is all that is missing. */
export interface Evidence extends Omit<JudgedOutcome, "judged" | "since"> {
  readonly facts: RunFacts;
  /** Where what is judged begins, Unix ms. */
  readonly start: number;
  readonly baseline: RunFacts | null;
  readonly objections: ReturnType<typeof readObjections>;
  readonly strictAccepted: boolean;
  readonly playbook: NonNullable<JudgeExtras["playbook"]> | null;
}

/**
 * Reads the runs, the settings, the accepted file and the customers' answers, and judges: the way to a verdict for every
 * command.
 */
export function judgeRuns(request: JudgingRequest): JudgedOutcome {
  const outcome = judgeEvidence(readEvidence(request), request.now);
  return { ...outcome, judged: withEvidence(outcome.judged, outcome.folders) };
}

/** The same after what the answers say of themselves was worked out, for runs that grew since. */
export async function judgeProven(request: JudgingRequest): Promise<JudgedOutcome> {
  await proveRuns(request.runs.map((run) => path.resolve(request.cwd, run)));
  return judgeRuns(request);
}

/** Throws usage errors for what can't be read or judged together. */
export function readEvidence(request: JudgingRequest): Evidence {
  const { cwd, now, strictAccepted = false, playbook = null, window = null } = request;
  const objections = request.runs.flatMap((run) => readObjections(path.resolve(cwd, run)));
  const configuration = parseJudging(request.settings, request.settingsPath ?? undefined);
  const accepted = request.accepted === null ? [] : readAccepted(request.accepted, cwd);
  const from = window === null ? null : windowStart(window, now.getTime());
  const given = request.runs.map((run) => path.resolve(cwd, run));
  const { facts, start, folders } = readAll(given, from);
  const baseline = request.since === null ? null : readRun(path.resolve(cwd, request.since));
  if (baseline !== null && baseline.header.network.chainId !== facts.header.network.chainId) {
    throw usageError(
      `${request.since} is a run of another network (chain ${baseline.header.network.chainId}).`,
    );
  }
  return {
    facts,
    start,
    baseline,
    accepted,
    objections,
    configuration,
    strictAccepted,
    playbook,
    folders,
  };
}

export function judgeEvidence(evidence: Evidence, now: Date): JudgedOutcome {
  const { facts, baseline, accepted, objections, configuration, strictAccepted, playbook } =
    evidence;
  const since = baseline === null ? null : judge(baseline, configuration, accepted, now);
  const judged = judge(facts, configuration, accepted, now, {
    objections,
    since,
    strictAccepted,
    playbook,
  });
  return { judged, since, accepted, configuration, folders: evidence.folders };
}

function readAll(
  given: readonly string[],
  from: number | null,
): { facts: RunFacts; start: number; folders: readonly string[] } {
  const read = given.map((folder) => readWindow(folder, from));
  const runs = read.map(({ facts }) => facts);
  const { counted } = resolveParts(runs);
  return {
    facts: mergeFacts(runs),
    start: Math.min(...read.map(({ start }) => start)),
    folders: counted.map((run) => given[runs.indexOf(run)] ?? ""),
  };
}
