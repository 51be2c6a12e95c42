import type Database from "better-sqlite3";
import type { Place } from "../model/difference.ts";
import type { Counts, MethodFacts, RunFacts, RunHead, RunHeader, Sample } from "../model/run.ts";
import { usageError } from "../errors.ts";
import { bucketMs, percentiles } from "./latency.ts";
import { openRunFile } from "./open.ts";
import { readGroups } from "./read-groups.ts";
import { withSeen } from "./windows/seen.ts";

/** What a run says of itself, without its counts. Throws a usage error when `directory` holds no run. */
export function readRunHead(directory: string): RunHead {
  const database = openRunFile(directory);
  try {
    return headOf(database, directory).head;
  } finally {
    database.close();
  }
}

function headOf(database: Database.Database, directory: string): { head: RunHead; run: RunRow } {
  const run = database.prepare("SELECT * FROM run").get() as RunRow | undefined;
  if (run === undefined) throw usageError(`${directory} holds a run that was never started.`);
  const complete = run.complete === 1;
  return {
    run,
    head: {
      header: JSON.parse(run.header) as RunHeader,
      complete,
      incompleteReason: complete
        ? null
        : (run.incomplete_reason ?? "it was stopped before its end"),
      finishedAt: run.finished_at,
    },
  };
}

/** Everything of a run but its texts. Throws a usage error when `directory` holds no run. */
export function readRun(directory: string): RunFacts {
  return readRunAs(directory, () => 0);
}

/** The same of a part of it: `prepare` puts temporary tables in front of the run's own, and gives where the part begins (Unix ms). */
export function readRunAs(
  directory: string,
  prepare: (database: Database.Database) => number,
): RunFacts {
  const database = openRunFile(directory);
  try {
    // One moment of a run that may be growing.
    database.exec("BEGIN");
    const from = prepare(database);
    const { head, run } = headOf(database, directory);
    const methods = readMethods(database);
    return {
      ...head,
      counts: countsOf(run.exchanges, methods),
      sends: run.sends,
      methods,
      notCompared: database
        .prepare(
          "SELECT state, reason, method, calls, weight FROM not_compared ORDER BY calls DESC, state, reason, method",
        )
        .all() as RunFacts["notCompared"],
      groups: withSeen(database, readGroups(database), from),
      noise: database
        .prepare(
          `SELECT method, path, kind, candidate_only AS candidateOnly, control_only AS controlOnly, both
           FROM noise ORDER BY method, path, kind`,
        )
        .all() as RunFacts["noise"],
      firm: database
        .prepare("SELECT method, path, kind FROM firm ORDER BY method, path, kind")
        .all() as Place[],
      signatures: readSignatures(database),
      customers: readCustomers(database),
      cases: database
        .prepare("SELECT facts FROM cases ORDER BY name")
        .all()
        .map((row) => JSON.parse((row as { facts: string }).facts) as RunFacts["cases"][number]),
      samples: readSamples(database),
    };
  } finally {
    database.close();
  }
}

interface RunRow {
  readonly header: string;
  readonly complete: number;
  readonly incomplete_reason: string | null;
  readonly finished_at: string | null;
  readonly exchanges: number;
  readonly sends: number;
}

function countsOf(exchanges: number, methods: readonly MethodFacts[]): Counts {
  const sum = (of: (method: MethodFacts) => number): number =>
    methods.reduce((total, method) => total + of(method), 0);
  return {
    exchanges,
    calls: sum(({ calls }) => calls),
    compared: sum(({ compared }) => compared),
    same: sum(({ same }) => same),
    different: sum(({ different }) => different),
    uncomparable: sum(({ uncomparable }) => uncomparable),
    skipped: sum(({ skipped }) => skipped),
  };
}

type MethodRow = Omit<MethodFacts, "latency" | "bytes"> & {
  bytesOld: number;
  bytesCandidate: number;
};

function readMethods(database: Database.Database): MethodFacts[] {
  const rows = database
    .prepare(
      `SELECT method, calls, weight, weight_squares AS weightSquares, compared, compared_weight AS comparedWeight,
         same, different, uncomparable, skipped, agreed_on_error AS agreedOnError,
         bytes_old AS bytesOld, bytes_candidate AS bytesCandidate
       FROM methods ORDER BY calls DESC, method`,
    )
    .all() as MethodRow[];
  const buckets = database.prepare(
    "SELECT bucket, calls FROM latency_buckets WHERE method = ? AND side = ? ORDER BY bucket",
  );
  const pairs = database.prepare(
    "SELECT old_ms AS old, candidate_ms AS candidate FROM latency_pairs WHERE method = ? ORDER BY rank, pair_id",
  );
  const side = (method: string, name: string): [number, number][] =>
    (buckets.all(method, name) as { bucket: number; calls: number }[]).map(({ bucket, calls }) => [
      bucket,
      calls,
    ]);
  return rows.map(({ bytesOld, bytesCandidate, ...row }) => {
    const old = side(row.method, "old");
    const candidate = side(row.method, "candidate");
    const latency = {
      old: percentiles(old),
      candidate: percentiles(candidate),
      pairs: (pairs.all(row.method) as { old: number; candidate: number }[]).map(
        (pair): [number, number] => [pair.old, pair.candidate],
      ),
      histogram: { old: inMs(old), candidate: inMs(candidate) },
    };
    return {
      ...row,
      bytes: { old: bytesOld, candidate: bytesCandidate },
      latency: old.length === 0 ? null : latency,
    };
  });
}

function inMs(buckets: readonly [number, number][]): [number, number][] {
  return buckets.map(([bucket, calls]) => [Number(bucketMs(bucket).toPrecision(3)), calls]);
}

function readSignatures(database: Database.Database): RunFacts["signatures"] {
  const rows = database
    .prepare(
      `SELECT method, customer, fingerprints, confidence, calls, weight, weight_squares AS weightSquares
       FROM signatures ORDER BY method, customer, fingerprints, confidence`,
    )
    .all() as (Omit<RunFacts["signatures"][number], "fingerprints"> & { fingerprints: string })[];
  return rows.map((row) => ({
    ...row,
    customer: row.customer === "" ? null : row.customer,
    fingerprints: row.fingerprints.split(" "),
  }));
}

function readCustomers(database: Database.Database): RunFacts["customers"] {
  const methods = database.prepare(
    "SELECT method, calls FROM customer_methods WHERE customer = ? ORDER BY calls DESC, method",
  );
  const rows = database
    .prepare(
      `SELECT customer AS id, calls, weight, weight_squares AS weightSquares, compared, last_seen AS lastSeen
       FROM customers ORDER BY customer`,
    )
    .all() as Omit<RunFacts["customers"][number], "methods">[];
  return rows.map((row) => ({
    ...row,
    methods: methods.all(row.id) as RunFacts["customers"][number]["methods"],
  }));
}

function readSamples(database: Database.Database): Sample[] {
  const rows = database
    .prepare(
      `SELECT fingerprint, pair_id AS pairId, pairs.name AS name, samples.customer AS customer, pairs.at AS at, path, old, candidate
       FROM samples LEFT JOIN pairs USING (pair_id) ORDER BY fingerprint, rank, pair_id`,
    )
    .all() as (Omit<Sample, "old" | "candidate"> & {
    old: string | null;
    candidate: string | null;
  })[];
  return rows.map((row) => ({ ...row, old: parsed(row.old), candidate: parsed(row.candidate) }));
}

function parsed(text: string | null): Sample["old"] {
  return text === null ? undefined : (JSON.parse(text) as Sample["old"]);
}
