import { PgBoss } from "pg-boss";
import { JOBS_SCHEMA, QUEUE } from "./database.ts";
import type { ShardJob } from "./store.ts";

/** A shard that no worker could do this often is given up. */
const RETRIES = 20;
/** Seconds after which a shard is given up whatever its worker says. */
const LONGEST_SECONDS = 23 * 3_600;

export interface JobsOptions {
  readonly url: string;
  /** Seconds without a word after which a worker is taken for dead; at least 10. */
  readonly leaseSeconds: number;
  readonly onError: (message: string) => void;
}

/** pg-boss with the queue of shards. */
export async function openJobs({ url, leaseSeconds, onError }: JobsOptions): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    schema: JOBS_SCHEMA,
    max: 3,
    // Each looks after the queue, so that a lost worker is noticed whoever else is left.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    openTelemetry: { enabled: false },
  });
  boss.on("error", (error) => onError(error.message));
  await boss.start();
  await boss.createQueue(QUEUE, {
    retryLimit: RETRIES,
    retryDelay: 1,
    expireInSeconds: LONGEST_SECONDS,
    heartbeatSeconds: leaseSeconds,
  });
  return boss;
}

export async function sendJobs(
  boss: PgBoss,
  jobs: readonly { readonly id: string; readonly data: ShardJob }[],
  leaseSeconds: number,
): Promise<void> {
  await boss.insert(
    QUEUE,
    jobs.map(({ id, data }) => ({ id, data, heartbeatSeconds: leaseSeconds })),
  );
}
