import type { JsonObject } from "../../model/json.ts";
import type { Percentiles } from "../../model/run.ts";
import { bucketMs, percentiles } from "../latency.ts";
import { openRunFile } from "../open.ts";
import { readStatus } from "./live-store.ts";
import { isLive } from "./table-shape.ts";

/** A step of a live run's course. */
export interface Step {
  /** Unix ms. */
  readonly start: number;
  readonly span: number;
  readonly same: number;
  readonly different: number;
  readonly uncomparable: number;
  readonly skipped: number;
  readonly latency: { readonly old: Percentiles; readonly candidate: Percentiles } | null;
}

/** When a finding came and went. */
export interface FindingCourse {
  readonly fingerprint: string;
  readonly firstAt: number;
  readonly lastAt: number;
  /** [start of the window, calls with it], in order of time. */
  readonly points: readonly (readonly [start: number, calls: number])[];
}

export interface Course {
  /** Null for a run that does not grow. */
  readonly status: JsonObject | null;
  readonly steps: readonly Step[];
  readonly findings: ReadonlyMap<string, FindingCourse>;
  /** [upper bound in ms, requests] of each side as live traffic took it, over all of the run. */
  readonly latency: Readonly<Record<"old" | "candidate", readonly (readonly [number, number])[]>>;
}

/** Of a run that does not grow. */
export const NO_COURSE: Course = {
  status: null,
  steps: [],
  findings: new Map(),
  latency: { old: [], candidate: [] },
};

/** How a live run went since a moment (Unix ms), by its windows. */
export function readCourse(directory: string, from: number): Course {
  const database = openRunFile(directory);
  try {
    if (!isLive(database)) return NO_COURSE;
    database.exec("BEGIN");
    const windows = database
      .prepare("SELECT start, span FROM windows WHERE start + span > ? ORDER BY start")
      .all(from) as { start: number; span: number }[];
    const first = windows[0]?.start ?? from;
    const counts = database
      .prepare(
        `SELECT window, SUM(same) AS same, SUM(different) AS different, SUM(uncomparable) AS uncomparable, SUM(skipped) AS skipped
         FROM window_methods WHERE window >= ? GROUP BY window`,
      )
      .all(first) as ({ window: number } & Pick<
      Step,
      "same" | "different" | "uncomparable" | "skipped"
    >)[];
    const byWindow = new Map(counts.map((row) => [row.window, row]));
    const buckets = Map.groupBy(
      database
        .prepare("SELECT window, side, bucket, calls FROM window_live_latency WHERE window >= ?")
        .all(first) as { window: number; side: string; bucket: number; calls: number }[],
      ({ window }) => window,
    );
    const steps = windows.map(({ start, span }): Step => {
      const { same = 0, different = 0, uncomparable = 0, skipped = 0 } = byWindow.get(start) ?? {};
      const own = buckets.get(start) ?? [];
      const side = (name: string): Percentiles =>
        percentiles(
          own
            .filter((row) => row.side === name)
            .sort((a, b) => a.bucket - b.bucket)
            .map(({ bucket, calls }) => [bucket, calls]),
        );
      const latency = own.length === 0 ? null : { old: side("old"), candidate: side("candidate") };
      return { start, span, same, different, uncomparable, skipped, latency };
    });
    const points = Map.groupBy(
      database
        .prepare(
          "SELECT fingerprint, window, SUM(calls) AS calls FROM window_findings WHERE window >= ? GROUP BY fingerprint, window",
        )
        .all(first) as { fingerprint: string; window: number; calls: number }[],
      ({ fingerprint }) => fingerprint,
    );
    const findings = new Map(
      (
        database.prepare("SELECT fingerprint, first_at, last_at FROM finding_times").all() as {
          fingerprint: string;
          first_at: number;
          last_at: number;
        }[]
      ).map((row): [string, FindingCourse] => [
        row.fingerprint,
        {
          fingerprint: row.fingerprint,
          firstAt: row.first_at,
          lastAt: row.last_at,
          points: (points.get(row.fingerprint) ?? []).map(({ window, calls }) => [window, calls]),
        },
      ]),
    );
    const whole = database
      .prepare("SELECT side, bucket, calls FROM live_latency ORDER BY bucket")
      .all() as { side: string; bucket: number; calls: number }[];
    const sideOf = (name: string): [number, number][] =>
      whole
        .filter(({ side }) => side === name)
        .map(({ bucket, calls }) => [bucketMs(bucket), calls]);
    return {
      status: readStatus(database),
      steps,
      findings,
      latency: { old: sideOf("old"), candidate: sideOf("candidate") },
    };
  } finally {
    database.close();
  }
}
