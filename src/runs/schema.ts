import type { FileKind } from "../sqlite.ts";

/**
 * Numbered migrations of run.sqlite; `PRAGMA user_version` says how many were applied. Facts only: no severity, no status.
 * Every counting table can be added to another run's (merge, resume); bounded tables keep the rows of the lowest ranks.
 */
const RUN_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE run (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    header TEXT NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0,
    incomplete_reason TEXT,
    finished_at TEXT,
    exchanges INTEGER NOT NULL DEFAULT 0,
    sends INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE done (key TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE methods (
    method TEXT PRIMARY KEY, calls REAL NOT NULL, weight REAL NOT NULL, weight_squares REAL NOT NULL,
    compared REAL NOT NULL, compared_weight REAL NOT NULL, same REAL NOT NULL, different REAL NOT NULL,
    uncomparable REAL NOT NULL, skipped REAL NOT NULL, agreed_on_error REAL NOT NULL,
    bytes_old REAL NOT NULL, bytes_candidate REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE latency_buckets (
    method TEXT, side TEXT, bucket INTEGER, calls REAL NOT NULL, PRIMARY KEY (method, side, bucket)
  ) WITHOUT ROWID;
  CREATE TABLE latency_pairs (
    method TEXT, rank INTEGER, pair_id TEXT, old_ms REAL NOT NULL, candidate_ms REAL NOT NULL,
    PRIMARY KEY (method, rank, pair_id)
  ) WITHOUT ROWID;
  CREATE TABLE not_compared (
    state TEXT, reason TEXT, method TEXT, calls REAL NOT NULL, weight REAL NOT NULL, PRIMARY KEY (state, reason, method)
  ) WITHOUT ROWID;
  CREATE TABLE customers (
    customer TEXT PRIMARY KEY, calls REAL NOT NULL, weight REAL NOT NULL, weight_squares REAL NOT NULL,
    compared REAL NOT NULL, last_seen REAL
  ) WITHOUT ROWID;
  CREATE TABLE customer_methods (
    customer TEXT, method TEXT, calls REAL NOT NULL, PRIMARY KEY (customer, method)
  ) WITHOUT ROWID;
  CREATE TABLE findings (
    fingerprint TEXT, kind TEXT, method TEXT, path TEXT,
    calls REAL NOT NULL, weight REAL NOT NULL, weight_squares REAL NOT NULL,
    confirmed REAL NOT NULL, probable REAL NOT NULL, flaky REAL NOT NULL,
    PRIMARY KEY (fingerprint, kind, method, path)
  ) WITHOUT ROWID;
  CREATE TABLE finding_causes (
    fingerprint TEXT, cause TEXT, calls REAL NOT NULL, PRIMARY KEY (fingerprint, cause)
  ) WITHOUT ROWID;
  CREATE TABLE finding_customers (
    fingerprint TEXT, customer TEXT, calls REAL NOT NULL, weight REAL NOT NULL, weight_squares REAL NOT NULL,
    last_seen REAL, PRIMARY KEY (fingerprint, customer)
  ) WITHOUT ROWID;
  CREATE TABLE finding_clients (
    fingerprint TEXT, name TEXT, version TEXT, customer TEXT, calls REAL NOT NULL,
    PRIMARY KEY (fingerprint, name, version, customer)
  ) WITHOUT ROWID;
  CREATE TABLE finding_places (
    fingerprint TEXT, rank INTEGER, path TEXT, count REAL NOT NULL, PRIMARY KEY (fingerprint, rank, path)
  ) WITHOUT ROWID;
  CREATE TABLE finding_variants (
    fingerprint TEXT, rank INTEGER, old TEXT, candidate TEXT, calls REAL NOT NULL,
    PRIMARY KEY (fingerprint, rank, old, candidate)
  ) WITHOUT ROWID;
  CREATE TABLE finding_targets (
    fingerprint TEXT, target INTEGER, calls REAL NOT NULL, PRIMARY KEY (fingerprint, target)
  ) WITHOUT ROWID;
  CREATE TABLE noise (
    method TEXT, path TEXT, kind TEXT, candidate_only REAL NOT NULL, control_only REAL NOT NULL, both REAL NOT NULL,
    PRIMARY KEY (method, path, kind)
  ) WITHOUT ROWID;
  CREATE TABLE signatures (
    method TEXT, customer TEXT, fingerprints TEXT, confidence TEXT,
    calls REAL NOT NULL, weight REAL NOT NULL, weight_squares REAL NOT NULL,
    PRIMARY KEY (method, customer, fingerprints, confidence)
  ) WITHOUT ROWID;
  CREATE TABLE samples (
    fingerprint TEXT, rank INTEGER, pair_id TEXT, customer TEXT, path TEXT NOT NULL, old TEXT, candidate TEXT,
    PRIMARY KEY (fingerprint, rank, pair_id)
  ) WITHOUT ROWID;
  CREATE TABLE pairs (
    pair_id TEXT PRIMARY KEY, method TEXT NOT NULL, name TEXT, customer TEXT, at REAL, request BLOB NOT NULL, asked BLOB,
    old_outcome TEXT NOT NULL, old_status INTEGER, old_body BLOB, old_cut TEXT,
    candidate_outcome TEXT NOT NULL, candidate_status INTEGER, candidate_body BLOB, candidate_cut TEXT
  ) WITHOUT ROWID;
  CREATE TABLE cases (name TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
  `,
  `
  CREATE TABLE firm (
    method TEXT, path TEXT, kind TEXT, calls REAL NOT NULL, PRIMARY KEY (method, path, kind)
  ) WITHOUT ROWID;
  `,
];

/** A run's file, as it is opened and brought up to date: "SDRN". A reader of a run that grows waits for no writer. */
export const RUN_FILE_KIND: FileKind = {
  what: "a run file",
  applicationId: 0x5344524e,
  migrations: RUN_MIGRATIONS,
  wasUnmarked: true,
};
