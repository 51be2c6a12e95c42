import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runFailure, ShadowdiffError, usageError } from "../errors.ts";
import type { Progress } from "../model/progress.ts";
import type { RecordingFile } from "../model/recording.ts";
import type { ReplayOptions } from "../replay/given/options.ts";
import { hasRun, RUN_FILE } from "../runs/open.ts";
import { shareOf } from "../scale/assign.ts";
import { makePlan } from "../scale/plan/make.ts";
import { planSchema, type Plan } from "../scale/plan/plan.ts";
import type { FromWorker, ShardTask, ToWorker } from "../scale/workers/messages.ts";
import { createTurns, type Turns } from "../scale/workers/turns.ts";
import { mergeRuns, wholeHeader } from "./merge.ts";
import { makeFolder } from "../make-folder.ts";

export interface WorkersRun {
  readonly recordings: readonly RecordingFile[];
  readonly options: ReplayOptions;
  readonly workers: number;
  readonly allowBalanced: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Folder of the run; shards lie in `shards/` below it until they are merged. */
  readonly out: string;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly note: (text: string) => void;
}

const PROCESS_FILE = fileURLToPath(
  new URL(`./shard-process${path.extname(import.meta.url)}`, import.meta.url),
);

/**
 * Replays with several processes on this machine, each a shard, and merges their runs: the findings are those of one
 * process. Gives back why the run is incomplete, or null. Errors are those of `replayToRun`, of the first worker that failed.
 */
export async function replayWithWorkers(run: WorkersRun): Promise<string | null> {
  const { recordings, options, workers, out, resume } = run;
  if (options.speed !== null) {
    throw usageError(
      "--speed can't go with --workers: shards of one recording would run beside each other.",
      {
        details: ["Give --rate for all workers together, or replay with one process."],
      },
    );
  }
  const plan = makePlan(recordings, options, workers);
  const folders = plan.shards.map(({ index }) => path.join(out, "shards", String(index)));
  prepareFolder(plan, folders, run);
  const tasks = folders.map((folder, index): ShardTask => ({
    plan,
    index,
    files: recordings.map((recording) => recording.path),
    options,
    share: shareOf(options, workers, index),
    allowBalanced: run.allowBalanced,
    settings: run.settings,
    out: folder,
    resume: resume && hasRun(folder),
  }));
  const outcome = await runAll(tasks, run);
  const there = folders.filter(hasRun);
  if (there.length === 0) throw outcome.error ?? runFailure("No worker began its shard.");
  const lost = outcome.error === null ? null : outcome.error.message;
  const { incompleteReason } = mergeRuns({
    runs: there,
    out,
    header: wholeHeader(there),
    ...(lost === null ? {} : { incomplete: lost }),
  });
  if (outcome.error !== null) throw outcome.error;
  if (incompleteReason === null) rmSync(path.join(out, "shards"), { recursive: true });
  return incompleteReason;
}

/** Makes the folder, or finds the division that is to be gone on with. */
function prepareFolder(plan: Plan, folders: readonly string[], { out, resume }: WorkersRun): void {
  const file = path.join(out, "plan.json");
  if (resume) {
    const before = existsSync(file)
      ? planSchema.safeParse(JSON.parse(readFileSync(file, "utf8")))
      : null;
    if (before?.success !== true || before.data.id !== plan.id || !folders.some(hasRun)) {
      throw usageError(`The run in ${out} can't be resumed with ${plan.shards.length} workers.`, {
        details: ["Repeat the command that began it with --resume, or give another --out."],
      });
    }
    for (const suffix of ["", "-wal", "-shm"])
      rmSync(path.join(out, `${RUN_FILE}${suffix}`), { force: true });
    return;
  }
  if (folders.some(hasRun)) {
    throw usageError(`${out} has shards of a run already.`, {
      details: ["Give another --out, or --resume to go on with it."],
    });
  }
  makeFolder(out);
  writeFileSync(file, `${JSON.stringify(plan, null, 1)}\n`);
}

interface Outcome {
  /** Why a shard could not be done, of the first that failed. */
  readonly error: Error | null;
}

async function runAll(tasks: readonly ShardTask[], run: WorkersRun): Promise<Outcome> {
  const children = tasks.map(() => fork(PROCESS_FILE, [], { serialization: "advanced" }));
  const stop = (): void => children.forEach((child) => say(child, { kind: "stop" }));
  const turns = createTurns<ChildProcess>((child, ticket) =>
    say(child, { kind: "granted", ticket }),
  );
  const progress = new Map<ChildProcess, Progress>();
  const notes = new Set<string>();
  let error: Error | null = null;
  const failed = (cause: Error): void => {
    error ??= cause;
    stop();
  };
  run.signal.addEventListener("abort", stop, { once: true });
  if (run.signal.aborted) stop();
  try {
    await Promise.all(
      children.map(async (child, index) => {
        let ended = false;
        child.on("message", (message: FromWorker) => {
          if (message.kind === "done" || message.kind === "failed") ended = true;
          if (message.kind === "failed") failed(errorOf(message));
          else if (message.kind === "progress") {
            progress.set(child, message.progress);
            run.onProgress(total([...progress.values()]));
          } else hear(message, child, turns, run, notes);
        });
        const task = tasks[index];
        if (task !== undefined) say(child, { kind: "task", task });
        // Its last messages may come after its exit, but not after the end of the channel.
        const [exit] = await Promise.all([once(child, "exit"), once(child, "disconnect")]);
        const [code, signal] = exit as [number | null, string | null];
        turns.gone(child);
        if (!ended)
          failed(runFailure(`The worker of shard ${index} ended: ${signal ?? `exit ${code}`}.`));
      }),
    );
  } finally {
    run.signal.removeEventListener("abort", stop);
    for (const child of children) child.kill("SIGKILL");
  }
  return { error };
}

/** A worker that is just ending does not hear it, which is no error. */
function say(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {});
}

function hear(
  message: FromWorker,
  child: ChildProcess,
  turns: Turns<ChildProcess>,
  { note }: WorkersRun,
  notes: Set<string>,
): void {
  if (message.kind === "want") turns.want(child, message.ticket, message.target);
  else if (message.kind === "give") turns.give(child, message.ticket);
  else if (message.kind === "note") note(message.text);
  else if (message.kind === "differs" && !notes.has(message.text)) {
    // Every worker finds it.
    notes.add(message.text);
    note(message.text);
  }
}

function errorOf({ message, details, exitCode }: FromWorker & { kind: "failed" }): Error {
  if (exitCode !== null) return new ShadowdiffError(message, exitCode, { details });
  const bug = new Error(message.split("\n")[0]);
  bug.stack = message;
  return bug;
}

function total(all: readonly Progress[]): Progress {
  const sum = (of: (progress: Progress) => number): number =>
    all.reduce((whole, progress) => whole + of(progress), 0);
  return {
    exchanges: sum(({ exchanges }) => exchanges),
    resumed: sum(({ resumed }) => resumed),
    calls: sum(({ calls }) => calls),
    different: sum(({ different }) => different),
    uncomparable: sum(({ uncomparable }) => uncomparable),
  };
}
