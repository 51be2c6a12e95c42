import { Pool } from "pg";
import { messageOf, runFailure, usageError } from "../../errors.ts";

/** A pool of connections, and what shadowdiff keeps in the database beside pg-boss's own jobs. */
export type Database = Pool;

/** pg-boss's tables are in a schema of their own. */
export const JOBS_SCHEMA = "shadowdiff_jobs";
export const QUEUE = "shards";
/** How long a query may take; a database that is slower than this is taken for lost, and asked again. */
const QUERY_MS = 15_000;

const TABLES = `
CREATE SCHEMA IF NOT EXISTS shadowdiff;
CREATE TABLE IF NOT EXISTS shadowdiff.runs (
  id text PRIMARY KEY,
  state text NOT NULL DEFAULT 'running', -- running, paused, stopped, failed
  plan jsonb NOT NULL,
  task jsonb NOT NULL, -- what is asked and how, without secrets
  created_at timestamptz NOT NULL DEFAULT now(),
  error text, -- why no worker can do it
  next_start timestamptz NOT NULL DEFAULT now() -- when the next exchange may start, where there is a rate
);
CREATE TABLE IF NOT EXISTS shadowdiff.shards (
  run text NOT NULL REFERENCES shadowdiff.runs ON DELETE CASCADE,
  shard int NOT NULL,
  job uuid NOT NULL, -- its job in pg-boss
  attempt int NOT NULL DEFAULT 0, -- counts up with each worker that begins it: the last one's result counts
  worker text,
  progress jsonb,
  PRIMARY KEY (run, shard)
);
CREATE TABLE IF NOT EXISTS shadowdiff.results (
  run text NOT NULL REFERENCES shadowdiff.runs ON DELETE CASCADE,
  shard int NOT NULL,
  attempt int NOT NULL,
  worker text NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now(),
  data bytea NOT NULL, -- its run.sqlite, compressed
  PRIMARY KEY (run, shard) -- a result counts once, whoever finishes twice
);
CREATE TABLE IF NOT EXISTS shadowdiff.places (
  target int NOT NULL, -- a hash of its address
  number int NOT NULL,
  holder text NOT NULL, -- the worker that may have a request under way there
  used_at timestamptz NOT NULL, -- when it last said so
  PRIMARY KEY (target, number)
);
CREATE TABLE IF NOT EXISTS shadowdiff.workers (
  id text PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT now(),
  run text -- what it works on, or null
);
`;

export function openDatabase(url: string): Database {
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    throw usageError(`--queue is not a PostgreSQL address: ${shownDatabase(url)}`, {
      details: ["Give postgres://USER@HOST:PORT/DATABASE."],
    });
  }
  const pool = new Pool({
    connectionString: url,
    max: 4,
    query_timeout: QUERY_MS,
    connectionTimeoutMillis: QUERY_MS,
    keepAlive: true,
  });
  // A connection that is lost while nobody uses it; the next query opens another.
  pool.on("error", () => {});
  return pool;
}

/** Makes the tables. Throws a run failure where the database can't be reached. */
export async function createTables(database: Database, url: string): Promise<void> {
  try {
    // Several may come at once: one after the other.
    await database.query(
      `BEGIN; SELECT pg_advisory_xact_lock(hashtext('shadowdiff tables')); ${TABLES} COMMIT;`,
    );
  } catch (cause) {
    throw runFailure(`The queue ${shownDatabase(url)} can't be used: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** An address without its password and user. */
export function shownDatabase(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "(not a URL)" : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
