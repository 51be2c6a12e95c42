import type Database from "better-sqlite3";
import { addLatency, emptyLatency, latencyOf, type WindowLatency } from "./latency.ts";
import { COUNTED, joining, shapeOf, summed, twinOf } from "./table-shape.ts";

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Windows of `from` become part of one of `to` once they are older than `after`: the verdicts asked for reach 48 h back. */
const LEVELS = [
  { from: MINUTE_MS, to: HOUR_MS, after: 2 * HOUR_MS },
  { from: HOUR_MS, to: DAY_MS, after: 72 * HOUR_MS },
  { from: DAY_MS, to: 30 * DAY_MS, after: 60 * DAY_MS },
] as const;

/** Folds the oldest windows that are due into one; false where none is. Each call is a transaction of bounded work. */
export function foldOnce(database: Database.Database, now: number): boolean {
  for (const { from, to, after } of LEVELS) {
    const oldest = database
      .prepare("SELECT MIN(start) AS start FROM windows WHERE span = ?")
      .get(from) as { start: number | null };
    if (oldest.start === null) continue;
    const start = oldest.start - (oldest.start % to);
    if (start + to > now - after) continue;
    database.transaction(() => fold(database, start, to))();
    return true;
  }
  return false;
}

/** All windows that begin from `start` on and within `span` become one. */
function fold(database: Database.Database, start: number, span: number): void {
  const within = { start, end: start + span };
  for (const name of COUNTED) {
    const shape = shapeOf(database, name);
    const twin = twinOf(name);
    const keys = shape.keys.join(", ");
    database
      .prepare(
        `INSERT INTO ${twin} (window, ${keys}, ${[...shape.sums, ...shape.latest].join(", ")})
         SELECT @start, ${keys}, ${summed(shape)} FROM ${twin} WHERE window > @start AND window < @end GROUP BY ${keys}
         ON CONFLICT (window, ${keys}) DO UPDATE SET ${joining(shape)}`,
      )
      .run(within);
    database.prepare(`DELETE FROM ${twin} WHERE window > @start AND window < @end`).run(within);
  }
  foldLatency(database, within);
  database
    .prepare(
      `INSERT INTO windows (start, span, exchanges, sends)
       SELECT @start, @span, SUM(exchanges), SUM(sends) FROM windows WHERE start >= @start AND start < @end
       ON CONFLICT (start) DO UPDATE SET span = @span, exchanges = excluded.exchanges, sends = excluded.sends`,
    )
    .run({ ...within, span });
  database.prepare("DELETE FROM windows WHERE start > @start AND start < @end").run(within);
}

function foldLatency(
  database: Database.Database,
  within: { readonly start: number; readonly end: number },
): void {
  const joined = new Map<string, WindowLatency>();
  const rows = database
    .prepare("SELECT method, facts FROM window_latency WHERE window >= @start AND window < @end")
    .all(within) as { method: string; facts: string }[];
  for (const { method, facts } of rows) {
    const latency = joined.get(method) ?? emptyLatency();
    joined.set(method, latency);
    addLatency(latency, latencyOf(facts));
  }
  database
    .prepare("DELETE FROM window_latency WHERE window >= @start AND window < @end")
    .run(within);
  const insert = database.prepare("INSERT INTO window_latency VALUES (?, ?, ?)");
  for (const [method, latency] of joined) insert.run(within.start, method, JSON.stringify(latency));
}
