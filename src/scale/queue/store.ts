import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { usageError } from "../../errors.ts";
import type { Progress } from "../../model/progress.ts";
import { planSchema, type Plan } from "../plan/plan.ts";
import { JOBS_SCHEMA, QUEUE, type Database } from "./database.ts";
import type { QueuedTask } from "./task.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** With a checksum: what was changed on its way is no result. */
const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

export type RunState = "running" | "paused" | "stopped" | "failed";

/** A run as the database keeps it. */
export interface QueuedRun {
  readonly id: string;
  readonly state: RunState;
  readonly error: string | null;
  readonly plan: Plan;
  readonly task: QueuedTask;
}

/** Stores a run and gives the jobs of its shards, which are to be sent to the queue. */
export async function addRun(
  database: Database,
  id: string,
  plan: Plan,
  task: QueuedTask,
): Promise<readonly { readonly id: string; readonly data: ShardJob }[]> {
  const jobs = plan.shards.map(({ index }) => ({
    id: randomUUID(),
    data: { run: id, shard: index },
  }));
  const client = await database.connect();
  try {
    await client.query("BEGIN");
    await client.query("INSERT INTO shadowdiff.runs (id, plan, task) VALUES ($1, $2, $3)", [
      id,
      JSON.stringify(plan),
      JSON.stringify(task),
    ]);
    await client.query(
      "INSERT INTO shadowdiff.shards (run, shard, job) SELECT $1, * FROM unnest($2::int[], $3::uuid[])",
      [id, jobs.map(({ data }) => data.shard), jobs.map((job) => job.id)],
    );
    await client.query("COMMIT");
  } finally {
    // Closed where it failed: an open transaction must not go back to the pool.
    client.release(true);
  }
  return jobs;
}

/** Gives new jobs to shards that have neither a result nor a job that somebody will do. */
export async function renewJobs(
  database: Database,
  run: string,
): Promise<readonly { readonly id: string; readonly data: ShardJob }[]> {
  const there = await database.query<{ there: boolean }>(
    `SELECT to_regclass('${JOBS_SCHEMA}.job') IS NOT NULL AS there`,
  );
  const alive =
    there.rows[0]?.there === true
      ? `AND NOT EXISTS (SELECT 1 FROM ${JOBS_SCHEMA}.job j WHERE j.name = '${QUEUE}' AND j.id = s.job
           AND j.state IN ('created', 'retry', 'active'))`
      : "";
  const { rows } = await database.query<{ shard: number; job: string }>(
    `UPDATE shadowdiff.shards s SET job = gen_random_uuid() WHERE s.run = $1
       AND NOT EXISTS (SELECT 1 FROM shadowdiff.results r WHERE r.run = s.run AND r.shard = s.shard) ${alive}
     RETURNING s.shard, s.job`,
    [run],
  );
  return rows.map(({ shard, job }) => ({ id: job, data: { run, shard } }));
}

/** What a job says. */
export interface ShardJob {
  readonly run: string;
  readonly shard: number;
}

export async function readQueuedRun(database: Database, id: string): Promise<QueuedRun | null> {
  const { rows } = await database.query<Omit<QueuedRun, "plan"> & { plan: unknown }>(
    "SELECT id, state, error, plan, task FROM shadowdiff.runs WHERE id = $1",
    [id],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const plan = planSchema.safeParse(row.plan);
  if (!plan.success)
    throw usageError(`The plan of ${id} is of another version of shadowdiff, or damaged.`, {
      details: ["Planner and workers must be of one version."],
    });
  return { ...row, plan: plan.data };
}

export async function setState(
  database: Database,
  id: string,
  state: RunState,
  error: string | null = null,
): Promise<boolean> {
  const { rowCount } = await database.query(
    "UPDATE shadowdiff.runs SET state = $2, error = coalesce($3, error) WHERE id = $1",
    [id, state, error],
  );
  return rowCount === 1;
}

/** Begins a shard: gives the number of this attempt, or null where its result is there already. */
export async function claim(
  database: Database,
  { run, shard }: ShardJob,
  worker: string,
): Promise<number | null> {
  const { rows } = await database.query<{ attempt: number }>(
    `UPDATE shadowdiff.shards SET attempt = attempt + 1, worker = $3, progress = NULL
     WHERE run = $1 AND shard = $2
       AND NOT EXISTS (SELECT 1 FROM shadowdiff.results r WHERE r.run = $1 AND r.shard = $2)
     RETURNING attempt`,
    [run, shard, worker],
  );
  return rows[0]?.attempt ?? null;
}

export interface Standing {
  /** Another worker has begun the shard since. */
  readonly lost: boolean;
  readonly state: RunState;
}

/** Says how far an attempt is, and hears whether it still counts. */
export async function report(
  database: Database,
  { run, shard }: ShardJob,
  attempt: number,
  progress: Progress,
): Promise<Standing> {
  const { rows } = await database.query<{ attempt: number; state: RunState }>(
    `WITH own AS (UPDATE shadowdiff.shards SET progress = $4 WHERE run = $1 AND shard = $2 AND attempt = $3)
     SELECT s.attempt, r.state FROM shadowdiff.shards s JOIN shadowdiff.runs r ON r.id = s.run
     WHERE s.run = $1 AND s.shard = $2`,
    [run, shard, attempt, JSON.stringify(progress)],
  );
  const [row] = rows;
  return { lost: row?.attempt !== attempt, state: row?.state ?? "stopped" };
}

/**
 * Stores a shard's result, if this attempt is still the newest one: the result of a lease that was lost does not count. False
 * where it does not.
 */
export async function storeResult(
  database: Database,
  { run, shard }: ShardJob,
  attempt: number,
  worker: string,
  file: Buffer,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `WITH mine AS (
       SELECT 1 FROM shadowdiff.shards WHERE run = $1 AND shard = $2 AND attempt = $3 FOR UPDATE)
     INSERT INTO shadowdiff.results (run, shard, attempt, worker, data)
     SELECT $1, $2, $3, $4, $5 FROM mine ON CONFLICT DO NOTHING`,
    [run, shard, attempt, worker, await compress(file, CHECKED)],
  );
  return rowCount === 1;
}

/** Null where there is none, or one that is damaged. */
export async function readResult(
  database: Database,
  run: string,
  shard: number,
): Promise<Buffer | null> {
  const { rows } = await database.query<{ data: Buffer }>(
    "SELECT data FROM shadowdiff.results WHERE run = $1 AND shard = $2",
    [run, shard],
  );
  const [row] = rows;
  return row === undefined ? null : decompress(row.data).catch(() => null);
}

/** A shard whose result is damaged is done anew when the run is followed on. */
export async function forgetResult(database: Database, run: string, shard: number): Promise<void> {
  await database.query("DELETE FROM shadowdiff.results WHERE run = $1 AND shard = $2", [
    run,
    shard,
  ]);
}

/** How a run stands as a whole. */
export interface RunProgress {
  readonly state: RunState;
  readonly error: string | null;
  readonly shards: number;
  readonly done: readonly number[];
  /** Shards that no worker will do any more: their jobs have failed for good or are gone. */
  readonly lost: readonly number[];
  /** Attempts beyond the first of each shard. */
  readonly retries: number;
  readonly workers: number;
  readonly progress: readonly Progress[];
}

export async function readProgress(database: Database, run: string): Promise<RunProgress> {
  const { rows } = await database.query<{
    shard: number;
    attempt: number;
    progress: Progress | null;
    done: boolean;
    dead: boolean;
  }>(
    `SELECT s.shard, s.attempt, s.progress, r.shard IS NOT NULL AS done,
       r.shard IS NULL AND (j.id IS NULL OR j.state IN ('failed', 'cancelled', 'completed')) AS dead
     FROM shadowdiff.shards s
     LEFT JOIN shadowdiff.results r ON r.run = s.run AND r.shard = s.shard
     LEFT JOIN ${JOBS_SCHEMA}.job j ON j.name = '${QUEUE}' AND j.id = s.job
     WHERE s.run = $1 ORDER BY s.shard`,
    [run],
  );
  const head = await database.query<{ state: RunState; error: string | null; workers: number }>(
    `SELECT state, error, (SELECT count(*) FROM shadowdiff.workers WHERE run = $1
       AND seen_at > now() - interval '10 seconds')::int AS workers FROM shadowdiff.runs WHERE id = $1`,
    [run],
  );
  const [first] = head.rows;
  return {
    state: first?.state ?? "stopped",
    error: first?.error ?? null,
    workers: first?.workers ?? 0,
    shards: rows.length,
    done: rows.filter(({ done }) => done).map(({ shard }) => shard),
    lost: rows.filter(({ dead }) => dead).map(({ shard }) => shard),
    retries: rows.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0),
    progress: rows.flatMap(({ progress }) => (progress === null ? [] : [progress])),
  };
}
