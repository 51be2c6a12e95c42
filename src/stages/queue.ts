import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, runFailure, usageError } from "../errors.ts";
import { isObject } from "../model/json.ts";
import { shardsText } from "../judge/merge/parts.ts";
import type { RecordingFile } from "../model/recording.ts";
import type { ReplayOptions } from "../replay/given/options.ts";
import { runFileOf } from "../runs/open.ts";
import { readRunHead } from "../runs/reader.ts";
import { makePlan } from "../scale/plan/make.ts";
import { createTables, openDatabase, type Database } from "../scale/queue/database.ts";
import { openJobs, sendJobs } from "../scale/queue/jobs.ts";
import {
  addRun,
  forgetResult,
  readProgress,
  readQueuedRun,
  readResult,
  renewJobs,
  setState,
  type RunProgress,
} from "../scale/queue/store.ts";
import { taskOf, type Given } from "../scale/queue/task.ts";
import { plural } from "../words.ts";
import { mergeRuns, wholeHeader } from "./merge.ts";
import { makeFolder } from "../make-folder.ts";

export interface QueueRun {
  readonly url: string;
  readonly recordings: readonly RecordingFile[];
  /** Where workers find them: paths, or s3:// addresses. */
  readonly uris: readonly string[];
  readonly options: ReplayOptions;
  readonly given: Given;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Null for as many as the recordings are worth. */
  readonly shards: number | null;
  readonly leaseSeconds: number;
  readonly out: string;
  /** Go on following the run that `out` names. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (run: string, progress: RunProgress) => void;
  readonly note: (text: string) => void;
}

/** Exchanges that are worth a shard: its start costs some hundred requests. */
const SHARD_EXCHANGES = 10_000;
const MOST_SHARDS = 1_000;
const FOLLOW_MS = 500;
/** How long the planner waits for a database that is away. */
const PATIENCE_MS = 15 * 60_000;

/**
 * Divides a replay into shards, puts them into the queue, follows them, and merges what the workers made. Gives back why the
 * run is incomplete, or null. An interruption stops the run; a planner that is killed can be followed on with `resume`.
 */
export async function replayByQueue(run: QueueRun): Promise<string | null> {
  const { url, signal, options } = run;
  if (options.speed !== null) {
    throw usageError("--speed can't go with --queue: shards would run beside each other.", {
      details: ["Give --rate for all workers together."],
    });
  }
  const database = openDatabase(url);
  try {
    await createTables(database, url);
    const id = run.resume ? await followed(database, run) : await begin(database, run);
    const stop = (): void => void setState(database, id, "stopped", "interrupted").catch(() => {});
    signal.addEventListener("abort", stop, { once: true });
    const end = await follow(database, id, run);
    signal.removeEventListener("abort", stop);
    return await collect(database, id, end, run);
  } finally {
    await database.end();
  }
}

async function begin(database: Database, run: QueueRun): Promise<string> {
  const { recordings, options, out } = run;
  const stored = recordings.reduce((sum, { facts }) => sum + facts.stored, 0);
  const fitting = Math.min(MOST_SHARDS, Math.max(1, Math.ceil(stored / SHARD_EXCHANGES)));
  const plan = makePlan(recordings, options, run.shards ?? fitting, [...run.uris]);
  const id = `${plan.id}-${randomUUID().slice(0, 8)}`;
  makeFolder(out);
  writeFileSync(noteFile(out), `${JSON.stringify({ run: id })}\n`);
  const task = taskOf(run.given, run.settings);
  if (task.needsTargets)
    run.note(
      "The targets have credentials, which stay here: give each worker --old and --candidate.",
    );
  const jobs = await addRun(database, id, plan, task);
  await send(run, jobs);
  run.note(`Run ${id}: ${plan.shards.length} shards in the queue.`);
  return id;
}

function noteFile(out: string): string {
  return path.join(out, "queue.json");
}

/** Follows a run on: shards that nobody does any more, or whose jobs were never sent, go to the queue again. */
async function followed(database: Database, run: QueueRun): Promise<string> {
  const { out } = run;
  const known = followedRun(out);
  if (known === undefined || (await readQueuedRun(database, known)) === null) {
    throw usageError(`${out} names no run of this queue.`, {
      details: ["Leave --resume out to begin one."],
    });
  }
  rmSync(runFileOf(out), { force: true });
  await database.query(
    "UPDATE shadowdiff.runs SET state = 'running', error = NULL WHERE id = $1 AND state = 'stopped'",
    [known],
  );
  const jobs = await renewJobs(database, known);
  if (jobs.length > 0) await send(run, jobs);
  run.note(`Following ${known}: ${plural(jobs.length, "shard")} put into the queue again.`);
  return known;
}

/** The run that a folder's note names, if there is one that can be read. */
function followedRun(out: string): string | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(noteFile(out), "utf8"));
    const run = isObject(note) ? note["run"] : undefined;
    return typeof run === "string" ? run : undefined;
  } catch {
    return undefined;
  }
}

async function send(
  { url, leaseSeconds }: QueueRun,
  jobs: Parameters<typeof sendJobs>[1],
): Promise<void> {
  const boss = await openJobs({ url, leaseSeconds, onError: () => {} });
  try {
    await sendJobs(boss, jobs, leaseSeconds);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Looks at the run until nothing more will come of it. */
async function follow(database: Database, id: string, run: QueueRun): Promise<RunProgress> {
  let lastSeenAt = performance.now();
  let told = false;
  for (;;) {
    try {
      const progress = await readProgress(database, id);
      if (told) run.note("The queue is back.");
      told = false;
      lastSeenAt = performance.now();
      run.onProgress(id, progress);
      const over = progress.done.length + progress.lost.length === progress.shards;
      if (over || progress.state === "stopped" || progress.state === "failed") return progress;
    } catch (error) {
      if (!told) run.note(`The queue is away: ${messageOf(error)}. Waiting for it.`);
      told = true;
      if (performance.now() - lastSeenAt > PATIENCE_MS)
        throw runFailure(`The queue was away for too long: ${messageOf(error)}`, { cause: error });
    }
    await sleep(FOLLOW_MS);
  }
}

/** Fetches the results and joins them. */
async function collect(
  database: Database,
  id: string,
  { done, error, state }: RunProgress,
  { out, signal, note }: QueueRun,
): Promise<string | null> {
  if (done.length === 0)
    throw state === "failed"
      ? usageError(error ?? "No worker could do it.")
      : runFailure(
          `No shard of ${id} was done: ${signal.aborted ? "interrupted" : (error ?? "all were given up")}.`,
        );
  const folders: string[] = [];
  const shards = path.join(out, "shards");
  try {
    for (const shard of done) {
      const folder = path.join(shards, String(shard));
      const why = await fetchResult(database, { run: id, shard }, folder);
      if (why === null) folders.push(folder);
      else {
        note(`The result of shard ${shard} does not count: ${why}.`);
        await forgetResult(database, id, shard);
      }
    }
    if (folders.length === 0) throw runFailure(`No result of ${id} can be read.`);
    const { incompleteReason, missing } = mergeRuns({
      runs: folders,
      out,
      header: wholeHeader(folders),
      ...(state === "running" || state === "paused" ? {} : { incomplete: error ?? state }),
    });
    const lacking = missing.map(({ shards, of }) => `${shardsText(shards)} of ${of} missing`);
    const reasons = [...(incompleteReason === null ? [] : [incompleteReason]), ...lacking];
    return reasons.length === 0 ? null : reasons.join("; ");
  } finally {
    rmSync(shards, { recursive: true, force: true });
  }
}

/** Gives why a result is none, or null. */
async function fetchResult(
  database: Database,
  job: { readonly run: string; readonly shard: number },
  folder: string,
): Promise<string | null> {
  const file = await readResult(database, job.run, job.shard);
  if (file === null) return "it is damaged";
  makeFolder(folder);
  writeFileSync(runFileOf(folder), file);
  try {
    readRunHead(folder);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
