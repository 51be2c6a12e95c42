import type Database from "better-sqlite3";
import type { RecordingHeader } from "../model/recording.ts";
import type { RecordingFacts } from "../model/run.ts";
import { openForReading } from "./database.ts";
import { extrapolate } from "./extrapolate.ts";
import type { CountEstimate, StratumSample } from "./extrapolate.ts";
import { openRecording } from "./reader.ts";

export interface MethodSummary {
  readonly method: string;
  readonly kept: number;
  /** In all of the traffic; exact, as every exchange is counted before sampling. */
  readonly traffic: number;
  readonly share: number;
  readonly errors: number;
  readonly unreplayable: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Middle and 95th of the kept ones' durations in ms, or null without answers. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface CustomerSummary {
  readonly customer: string;
  readonly kept: number;
  readonly traffic: CountEstimate;
  readonly methods: readonly {
    readonly method: string;
    readonly kept: number;
    readonly traffic: CountEstimate;
  }[];
}

/** What is in a recording, as `inspect` shows it. */
export interface RecordingSummary {
  readonly header: RecordingHeader;
  readonly facts: RecordingFacts;
  /** Exchanges per second over its time, kept or not; null for less than a second. */
  readonly ratePerSecond: number | null;
  readonly methods: readonly MethodSummary[];
  readonly customers: readonly CustomerSummary[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly unreplayable: Readonly<Record<string, number>>;
  /** What passed unread: of how many exchanges is not known, and no count or share holds it. Null where everything was read. */
  readonly unread: {
    readonly minutes: number;
    readonly connections: number;
    readonly bytes: number;
  } | null;
}

/** Reads a recording's columns, not its bodies. Throws as openRecording does. */
export function summarise(path: string): RecordingSummary {
  const reader = openRecording(path);
  const { header, facts } = reader;
  reader.close();
  const database = openForReading(path);
  try {
    const seconds = ((facts.lastAt ?? 0) - (facts.firstAt ?? 0)) / 1_000;
    return {
      header,
      facts,
      ratePerSecond: seconds >= 1 ? facts.seen / seconds : null,
      methods: methodSummaries(database),
      customers: customerSummaries(database),
      statuses: counts(database, "coalesce(status, 'none')"),
      unreplayable: counts(database, "unreplayable"),
      unread: unreadOf(database),
    };
  } finally {
    database.close();
  }
}

function unreadOf(database: Database.Database): RecordingSummary["unread"] {
  // Recordings of format 1 have no such table.
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'gaps'").get();
  if (table === undefined) return null;
  const row = database
    .prepare<[], { minutes: number; connections: number; bytes: number }>(
      `SELECT count(DISTINCT minute) AS minutes, coalesce(sum(connections), 0) AS connections,
         coalesce(sum(bytes), 0) AS bytes FROM gaps`,
    )
    .get();
  return row === undefined || row.minutes === 0 ? null : row;
}

function counts(database: Database.Database, column: string): Record<string, number> {
  const rows = database
    .prepare<[], { value: string | number; count: number }>(
      `SELECT ${column} AS value, count(*) AS count FROM exchanges WHERE value IS NOT NULL GROUP BY value ORDER BY count DESC`,
    )
    .all();
  return Object.fromEntries(rows.map((row) => [String(row.value), row.count]));
}

function methodSummaries(database: Database.Database): MethodSummary[] {
  const rows = database
    .prepare<[], Omit<MethodSummary, "share" | "p50Ms" | "p95Ms"> & { id: number; timed: number }>(
      `SELECT m.id, m.name AS method, count(e.id) AS kept,
         coalesce((SELECT sum(w.seen) FROM window_methods w WHERE w.method = m.id), count(e.id)) AS traffic,
         count(e.error_code) + count(CASE WHEN e.status >= 400 AND e.error_code IS NULL THEN 1 END) AS errors,
         count(e.unreplayable) AS unreplayable, coalesce(sum(e.request_bytes), 0) AS requestBytes,
         coalesce(sum(e.response_bytes), 0) AS responseBytes, count(e.duration_ms) AS timed
       FROM methods m LEFT JOIN exchanges e ON e.method = m.id GROUP BY m.id ORDER BY traffic DESC, m.name`,
    )
    .all();
  const percentile = database.prepare<[number, number], { ms: number }>(
    `SELECT duration_ms AS ms FROM exchanges WHERE method = ? AND duration_ms IS NOT NULL
       ORDER BY duration_ms LIMIT 1 OFFSET ?`,
  );
  const all = rows.reduce((sum, row) => sum + row.traffic, 0);
  return rows.map(({ id, timed, ...row }) => {
    const at = (share: number): number | null =>
      timed === 0 ? null : (percentile.get(id, Math.floor(share * (timed - 1)))?.ms ?? null);
    return { ...row, share: all === 0 ? 0 : row.traffic / all, p50Ms: at(0.5), p95Ms: at(0.95) };
  });
}

interface StratumRow extends StratumSample {
  readonly customer: string;
  readonly method: string;
  readonly window: number;
}

function customerSummaries(database: Database.Database): CustomerSummary[] {
  const rows = database
    .prepare<[], StratumRow>(
      `WITH sampled AS (
         SELECT e."window", e.method, count(*) AS kept FROM exchanges e WHERE e.forced = 0 GROUP BY 1, 2)
       SELECT c.token AS customer, m.name AS method, e."window" AS "window",
         max(w.seen - w.forced, 0) AS population, coalesce(max(s.kept), 0) AS kept,
         sum(e.forced = 0) AS hits, sum(CASE WHEN e.forced = 0 THEN x.weight ELSE 0 END) AS weight,
         sum(CASE WHEN e.forced = 0 THEN x.weight * (x.weight - 1) ELSE 0 END) AS spread, sum(e.forced) AS certain
       FROM exchanges e JOIN customers c ON c.id = e.customer JOIN methods m ON m.id = e.method
       JOIN exchange_weights x ON x.exchange = e.id
       JOIN window_methods w ON w."window" = e."window" AND w.method = e.method
       LEFT JOIN sampled s ON s."window" = e."window" AND s.method = e.method
       GROUP BY e.customer, e.method, e."window"`,
    )
    .all();
  const exact = new Map(
    database
      .prepare<[], { token: string; seen: number }>(
        "SELECT c.token, sum(w.seen) AS seen FROM window_customers w JOIN customers c ON c.id = w.customer GROUP BY c.token",
      )
      .all()
      .map((row) => [row.token, row.seen]),
  );
  const byCustomer = Map.groupBy(rows, (row) => row.customer);
  return [...byCustomer]
    .map(([customer, strata]) => {
      const seen = exact.get(customer);
      return {
        customer,
        kept: keptOf(strata),
        traffic:
          seen === undefined ? extrapolate(strata) : { estimate: seen, lower: seen, upper: seen },
        methods: [...Map.groupBy(strata, (row) => row.method)]
          .map(([method, each]) => ({ method, kept: keptOf(each), traffic: extrapolate(each) }))
          .sort((a, b) => b.traffic.estimate - a.traffic.estimate),
      };
    })
    .sort((a, b) => b.traffic.estimate - a.traffic.estimate || (a.customer < b.customer ? -1 : 1));
}

function keptOf(strata: readonly StratumSample[]): number {
  return strata.reduce((sum, stratum) => sum + stratum.hits + stratum.certain, 0);
}
