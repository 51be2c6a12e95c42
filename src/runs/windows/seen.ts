import type Database from "better-sqlite3";
import type { GroupFacts, Seen } from "../../model/run.ts";
import { isLive } from "./table-shape.ts";

/** Compared calls of a window, or calls with a finding. */
interface Count {
  readonly start: number;
  readonly calls: number;
}

/** Groups of a live run, each with when it came and went. @param from Unix ms; 0 for all of the run */
export function withSeen(
  database: Database.Database,
  groups: readonly GroupFacts[],
  from: number,
): readonly GroupFacts[] {
  if (groups.length === 0 || !isLive(database)) return groups;
  const windows = database
    .prepare(
      `SELECT start, coalesce((SELECT SUM(same) + SUM(different) FROM window_methods WHERE window = start), 0) AS calls
       FROM windows WHERE start >= ? ORDER BY start`,
    )
    .all(from) as Count[];
  const points = Map.groupBy(
    database
      .prepare(
        "SELECT fingerprint, window AS start, SUM(calls) AS calls FROM window_findings WHERE window >= ? GROUP BY fingerprint, window",
      )
      .all(from) as (Count & { fingerprint: string })[],
    ({ fingerprint }) => fingerprint,
  );
  const times = new Map(
    (
      database.prepare("SELECT fingerprint, first_at, last_at FROM finding_times").all() as {
        fingerprint: string;
        first_at: number;
        last_at: number;
      }[]
    ).map((row) => [row.fingerprint, row]),
  );
  return groups.map((group) => {
    const own = times.get(group.fingerprint);
    if (own === undefined) return group;
    const trend = trendOf(own.first_at, points.get(group.fingerprint) ?? [], windows);
    return { ...group, seen: { firstAt: own.first_at, lastAt: own.last_at, trend } };
  });
}

/**
 * How often a finding comes now against before: the last quarter of the windows against the rest, in calls for each compared call.
 * @param windows compared calls of each window that is looked at, in order of time
 */
export function trendOf(
  firstAt: number,
  points: readonly Count[],
  windows: readonly Count[],
): Seen["trend"] {
  const cut = windows[Math.floor(windows.length * 0.75)]?.start ?? 0;
  if (firstAt >= cut) return "new";
  const rate = (isRecent: boolean): number => {
    const sum = (counts: readonly Count[]): number =>
      counts
        .filter(({ start }) => start >= cut === isRecent)
        .reduce((whole, { calls }) => whole + calls, 0);
    const of = sum(windows);
    return of === 0 ? 0 : sum(points) / of;
  };
  const [recent, before] = [rate(true), rate(false)];
  if (recent === 0) return "not seen lately";
  if (recent > 1.5 * before) return "growing";
  return recent * 1.5 < before ? "falling" : "steady";
}
