import type Database from "better-sqlite3";
import type { RunFacts } from "../../model/run.ts";
import { readRun, readRunAs } from "../reader.ts";
import { addLatency, emptyLatency, latencyOf, type WindowLatency } from "./latency.ts";
import { COUNTED, isLive, shapeOf, summed, twinOf } from "./table-shape.ts";

export interface WindowFacts {
  readonly facts: RunFacts;
  /** Where what is judged really begins, Unix ms: a run's own beginning, or that of the window that holds the moment asked for. */
  readonly start: number;
}

/**
 * What a run found since a moment (Unix ms); null for all of it. A live run is read by its windows, the one that holds the
 * moment as a whole; another run as a whole, unless it ended before: then it has nothing to say.
 */
export function readWindow(directory: string, from: number | null): WindowFacts {
  if (from === null) {
    const facts = readRun(directory);
    return { facts, start: Date.parse(facts.header.createdAt) };
  }
  let start: number | null = null;
  const facts = readRunAs(directory, (database) => {
    start = isLive(database) ? narrow(database, from) : null;
    return start ?? 0;
  });
  if (start !== null) return { facts, start };
  const began = Date.parse(facts.header.createdAt);
  const ended = Date.parse(facts.finishedAt ?? facts.header.createdAt);
  return ended < from
    ? { facts: withoutCalls(facts), start: from }
    : { facts, start: Math.min(began, ended) };
}

/** Puts temporary tables of the windows since `from` in front of the run's own; gives where the first of them begins. */
function narrow(database: Database.Database, from: number): number {
  database.pragma("temp_store = MEMORY");
  const first = database
    .prepare("SELECT MIN(start) AS start FROM windows WHERE start + span > ?")
    .get(from) as { start: number | null };
  const start = first.start ?? from;
  for (const name of COUNTED) {
    const shape = shapeOf(database, name);
    const keys = shape.keys.join(", ");
    database.exec(
      `CREATE TEMP TABLE ${name} AS SELECT ${keys}, ${summed(shape)} FROM main.${twinOf(name)}
       WHERE window >= ${start} GROUP BY ${keys}`,
    );
    database.exec(`CREATE INDEX temp.${name}_keys ON ${name} (${keys})`);
  }
  database.exec(`
    CREATE TEMP TABLE run AS SELECT * FROM main.run;
    UPDATE temp.run SET
      exchanges = (SELECT coalesce(SUM(exchanges), 0) FROM main.windows WHERE start >= ${start}),
      sends = (SELECT coalesce(SUM(sends), 0) FROM main.windows WHERE start >= ${start});
    CREATE TEMP TABLE samples AS SELECT * FROM main.samples WHERE fingerprint IN (SELECT fingerprint FROM temp.findings);
  `);
  narrowLatency(database, start);
  return start;
}

function narrowLatency(database: Database.Database, start: number): void {
  database.exec(`
    CREATE TEMP TABLE latency_buckets (method TEXT, side TEXT, bucket INTEGER, calls REAL, PRIMARY KEY (method, side, bucket));
    CREATE TEMP TABLE latency_pairs (method TEXT, rank INTEGER, pair_id TEXT, old_ms REAL, candidate_ms REAL);
    CREATE INDEX temp.latency_pairs_method ON latency_pairs (method, rank);
  `);
  const joined = new Map<string, WindowLatency & { all: WindowLatency["pairs"] }>();
  for (const row of database
    .prepare("SELECT method, facts FROM main.window_latency WHERE window >= ?")
    .iterate(start)) {
    const { method, facts } = row as { method: string; facts: string };
    const whole = joined.get(method) ?? { ...emptyLatency(), all: [] };
    joined.set(method, whole);
    const latency = latencyOf(facts);
    addLatency(whole, { ...latency, pairs: [] });
    whole.all.push(...latency.pairs);
  }
  const bucket = database.prepare("INSERT INTO temp.latency_buckets VALUES (?, ?, ?, ?)");
  const pair = database.prepare("INSERT INTO temp.latency_pairs VALUES (?, ?, ?, ?, ?)");
  for (const [method, latency] of joined) {
    for (const side of ["old", "candidate"] as const) {
      for (const [number, calls] of Object.entries(latency[side]))
        bucket.run(method, side, Number(number), calls);
    }
    const every = Math.ceil(latency.all.length / PAIRS);
    for (const [index, [rank, old, candidate]] of latency.all.entries())
      if (index % every === 0) pair.run(method, rank, String(index), old, candidate);
  }
}

/** Paired latencies of a method that a verdict is made from; a rank test of more takes long and says no more. */
const PAIRS = 2_000;

/** The run with nothing counted. */
function withoutCalls(facts: RunFacts): RunFacts {
  return {
    ...facts,
    counts: {
      exchanges: 0,
      calls: 0,
      compared: 0,
      same: 0,
      different: 0,
      uncomparable: 0,
      skipped: 0,
    },
    sends: 0,
    methods: [],
    notCompared: [],
    groups: [],
    noise: [],
    signatures: [],
    customers: [],
    samples: [],
  };
}
