import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { examine } from "../classify/examine.ts";
import { parseJudging } from "../config/judging.ts";
import { messageOf, runFailure, ShadowdiffError, usageError } from "../errors.ts";
import type { Progress } from "../model/progress.ts";
import type { RecordingFile } from "../model/recording.ts";
import { optionsOf } from "../replay/given/fields.ts";
import type { ReplayOptions } from "../replay/given/options.ts";
import { openRecordings } from "../replay/given/recordings.ts";
import { runFileOf } from "../runs/open.ts";
import { assign, assigned } from "../scale/assign.ts";
import { openCeiling } from "../scale/queue/ceiling.ts";
import { createTables, openDatabase, QUEUE, type Database } from "../scale/queue/database.ts";
import { openJobs } from "../scale/queue/jobs.ts";
import {
  claim,
  readQueuedRun,
  report,
  setState,
  storeResult,
  type QueuedRun,
  type RunState,
  type ShardJob,
} from "../scale/queue/store.ts";
import type { Given } from "../scale/queue/task.ts";
import { isS3 } from "../scale/stores/client.ts";
import { localFiles } from "../scale/stores/s3.ts";
import { replayToRun } from "./replay.ts";

export interface WorkerOptions {
  /** postgres:// address of the queue. */
  readonly url: string;
  readonly name: string;
  readonly leaseSeconds: number;
  /** Targets and headers of this worker, in place of what the run says: secrets are not in the database. */
  readonly targets: Given;
  /** Folder where recordings lie on this machine, or null where they lie where the plan says. */
  readonly recordings: string | null;
  /** Ends when there is nothing to do for this long, in ms; null for never. */
  readonly idleMs: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const REPORT_MS = 1_000;
/** How long a result waits for a database that is away. */
const PATIENCE_MS = 15 * 60_000;
const RETRY_MS = 1_000;

/** Takes shards from the queue, one after the other, until it is interrupted or nothing is left to do. */
export async function work(options: WorkerOptions): Promise<void> {
  const { url, leaseSeconds, idleMs, signal, say } = options;
  const database = openDatabase(url);
  try {
    await createTables(database, url);
    const boss = await openJobs({ url, leaseSeconds, onError: (text) => say(`Queue: ${text}`) });
    let busyAt = performance.now();
    let busy = false;
    try {
      await boss.work<ShardJob>(
        QUEUE,
        { pollingIntervalSeconds: 0.5, batchSize: 1, heartbeatRefreshSeconds: leaseSeconds / 3 },
        async ([job]) => {
          if (job === undefined) return;
          busy = true;
          try {
            await perform(options, database, job.data, AbortSignal.any([signal, job.signal]));
          } finally {
            busy = false;
            busyAt = performance.now();
          }
        },
      );
      while (!signal.aborted) {
        if (!busy && idleMs !== null && performance.now() - busyAt > idleMs) break;
        await sleep(200, undefined, { signal }).catch(() => {});
      }
    } finally {
      await boss.stop({ graceful: true, timeout: 5_000 });
    }
  } finally {
    await database.end();
  }
}

/** Pauses, resumes or stops a run for all its workers. Throws a usage error where the queue has no such run. */
export async function setRunState(url: string, run: string, state: RunState): Promise<void> {
  const database = openDatabase(url);
  try {
    await createTables(database, url);
    if (!(await setState(database, run, state))) throw usageError(`The queue has no run ${run}.`);
  } finally {
    await database.end();
  }
}

/** One shard. What it throws sends the job back to the queue, for this worker or another. */
async function perform(
  options: WorkerOptions,
  database: Database,
  job: ShardJob,
  signal: AbortSignal,
): Promise<void> {
  const { name, say } = options;
  const run = await readQueuedRun(database, job.run).catch(async (error: unknown) => {
    if (!(error instanceof ShadowdiffError)) throw error;
    await setState(database, job.run, "failed", [error.message, ...error.details].join(" "));
    say(error.message);
    return null;
  });
  if (run === null || run.state === "stopped" || run.state === "failed") return;
  const attempt = await claim(database, job, name);
  if (attempt === null) return;
  const label = `Shard ${job.shard} of ${run.plan.shards.length} of ${job.run}`;
  say(`${label}: begun${attempt === 1 ? "" : `, attempt ${attempt}`}.`);
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-shard-"));
  const lease = followLease(database, job, attempt, run.state);
  try {
    const out = path.join(folder, "run");
    await replayQueued(options, run, job, out, lease, AbortSignal.any([signal, lease.signal]));
    lease.end();
    if (lease.signal.aborted) {
      say(`${label}: given up, ${lease.why()}.`);
      return;
    }
    const file = readFileSync(runFileOf(out));
    const counted = await insist(() => storeResult(database, job, attempt, name, file));
    say(
      `${label}: ${counted ? "done" : "done, but another worker has it by now: it does not count"}.`,
    );
  } catch (error) {
    // What the next worker would find as well is no reason to try again.
    if (error instanceof ShadowdiffError && error.exitCode === 2) {
      await setState(database, job.run, "failed", [error.message, ...error.details].join(" "));
      say(`${label}: ${error.message}`);
      return;
    }
    if (lease.signal.aborted) return;
    say(`${label}: sent back, ${messageOf(error)}`);
    throw error;
  } finally {
    lease.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayQueued(
  options: WorkerOptions,
  run: QueuedRun,
  job: ShardJob,
  out: string,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const { plan, task } = run;
  const replay = optionsFor(run, options.targets);
  const { classify } = parseJudging(task.settings);
  const recordings = await openPlanned(run, options);
  const ceiling = openCeiling({
    url: options.url,
    worker: options.name,
    run: run.id,
    targets: [...replay.old, ...replay.candidate],
    concurrency: replay.concurrency,
    ratePerSecond: replay.ratePerSecond,
    timeoutMs: replay.timeoutMs,
    isPaused: () => lease.state() === "paused",
    signal,
  });
  try {
    const own = assign(plan, job.shard, recordings, { ...replay, ratePerSecond: null });
    const { incomplete } = await replayToRun({
      ...assigned({ ...own, wholeOptions: replay }),
      allowBalanced: task.given["allowBalanced"] === true,
      out,
      resume: false,
      throttle: ceiling.throttle,
      exclusive: ceiling.exclusive,
      examine: (pair) => examine(pair, classify),
      signal,
      now: () => new Date(),
      onProgress: (progress) => lease.progress(progress),
      note: options.say,
    });
    if (incomplete !== null && !lease.signal.aborted) throw runFailure(incomplete);
  } finally {
    await ceiling.close();
    for (const recording of recordings) recording.close();
  }
}

type ReplayGiven = Parameters<typeof optionsOf>[0];

/** Throws a usage error where the run's targets have secrets that this worker was not told. */
function optionsFor({ id, task }: QueuedRun, own: Given): ReplayOptions {
  if (task.needsTargets && (own["old"] === undefined || own["candidate"] === undefined)) {
    throw usageError(`The targets of ${id} have credentials, which are not in the queue.`, {
      details: ["Start the worker with --old and --candidate, or their variables."],
    });
  }
  // As the planner read them: durations and sizes are numbers by now, and must not be read again.
  return optionsOf({ ...task.given, ...own } as unknown as ReplayGiven);
}

/** Contents that were looked at already, by file, size and time of change: hashing takes a second a gigabyte. */
const contents = new Map<string, string>();

async function openPlanned(
  { plan }: QueuedRun,
  { recordings: folder, env }: WorkerOptions,
): Promise<RecordingFile[]> {
  const uris = plan.recordings.map(({ uri }) =>
    folder === null || isS3(uri) ? uri : path.join(folder, path.basename(uri)),
  );
  const files = await localFiles(uris, "/", env);
  const opened = openRecordings(files);
  for (const [index, recording] of opened.entries()) {
    const { size, mtimeMs } = statSync(recording.path);
    const key = `${recording.path} ${size} ${mtimeMs}`;
    const content = contents.get(key) ?? recording.content();
    contents.set(key, content);
    if (content === plan.recordings[index]?.content) continue;
    for (const one of opened) one.close();
    throw usageError(`${recording.path} does not hold what the plan was made of.`, {
      details: ["Recordings must be whole and closed, and the same for all workers."],
    });
  }
  return opened;
}

/** What keeps an attempt going: says how far it is, hears of pauses, of the end, and of others who have the shard by now. */
interface Lease {
  readonly signal: AbortSignal;
  state(): RunState;
  why(): string;
  progress(progress: Progress): void;
  end(): void;
}

function followLease(database: Database, job: ShardJob, attempt: number, first: RunState): Lease {
  const ending = new AbortController();
  let state = first;
  let why = "";
  let latest: Progress = { exchanges: 0, resumed: 0, calls: 0, different: 0, uncomparable: 0 };
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    report(database, job, attempt, latest)
      .then((standing) => {
        ({ state } = standing);
        if (standing.lost) why = "another worker has it";
        else if (state === "stopped" || state === "failed") why = `the run is ${state}`;
        if (why !== "") ending.abort();
      })
      // No word says nothing: the ceiling's fence holds requests back meanwhile.
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  }, REPORT_MS);
  return {
    signal: ending.signal,
    state: () => state,
    why: () => why,
    progress: (progress) => {
      latest = { ...progress };
    },
    end: () => clearInterval(timer),
  };
}

/** Asks again while the database is away. */
async function insist<T>(ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(RETRY_MS);
    }
  }
}
