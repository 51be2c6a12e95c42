import type Database from "better-sqlite3";
import type { Comparison } from "../../model/comparison.ts";
import type { JsonObject } from "../../model/json.ts";
import type { RunHeader } from "../../model/run.ts";
import { bucketOf } from "../latency.ts";
import { hasRun } from "../open.ts";
import { rankOf } from "../rank.ts";
import { countingTable } from "../tables.ts";
import { openRunStore, type RunExtension, type RunStore } from "../store.ts";
import { foldOnce, MINUTE_MS } from "./fold.ts";
import {
  addLatency,
  addPairs,
  emptyLatency,
  latencyOf,
  wideBucket,
  type WindowLatency,
} from "./latency.ts";
import { ensureWindowTables } from "./tables.ts";

/** A run that grows as long as it is let: whoever reads it sees all but the last second. */
export interface LiveStore extends Pick<RunStore, "add" | "setHeader" | "close"> {
  /** Writes what was added, as of now, and how things stand; call it each second. */
  flush(status: JsonObject): void;
  /** How long a live request took on each side, ms: shown, and judged by nobody, as the two were not asked alike. */
  addTimes(oldMs: number, candidateMs: number): void;
  /** From now on the run can't be judged as a whole, and why; null takes it back. */
  setIncomplete(reason: string | null): void;
  /** How things stood at the last flush; null in a run that has just begun. */
  status(): JsonObject | null;
}

/** Goes on with the run that is in the folder, or begins one. `now` gives Unix ms. */
export function openLiveStore(directory: string, header: RunHeader, now: () => number): LiveStore {
  let base: Database.Database | undefined;
  let extension: LiveExtension | undefined;
  const store = openRunStore(directory, header, hasRun(directory), (database) => {
    base = database;
    ensureWindowTables(database);
    const made = liveExtension(database, now);
    extension = made;
    return made;
  });
  store.flush();
  return {
    setIncomplete: (reason) => extension?.setIncomplete(reason),
    addTimes: (oldMs, candidateMs) => extension?.addTimes(oldMs, candidateMs),
    status: () => (base === undefined ? null : readStatus(base)),
    add: (result) => store.add(result),
    setHeader: (changed) => store.setHeader(changed),
    flush(status) {
      extension?.setStatus(status);
      store.flush();
      // One fold a flush: the work of a turned hour is spread, and a restart after days catches up.
      if (base !== undefined && foldOnce(base, now())) store.prune();
    },
    close() {
      store.flush();
      store.prune();
      store.close();
    },
  };
}

interface LiveExtension extends RunExtension {
  setIncomplete(reason: string | null): void;
  setStatus(status: JsonObject): void;
  addTimes(oldMs: number, candidateMs: number): void;
}

/** How a live run stood at its last flush: queue, lag, losses, heads. Null for other runs. */
export function readStatus(database: Database.Database): JsonObject | null {
  const row = database.prepare("SELECT status FROM live_status").get() as
    | { status: string }
    | undefined;
  return row === undefined ? null : (JSON.parse(row.status) as JsonObject);
}

/** Buckets of live latencies are eight of the run's own: 17 % wide. */
function liveBucket(ms: number): number {
  return Math.ceil(bucketOf(ms) / 8) * 8;
}

function liveExtension(database: Database.Database, now: () => number): LiveExtension {
  const setNow = database.prepare(
    "INSERT INTO window_now VALUES (1, @start, @at) ON CONFLICT (one) DO UPDATE SET start = @start, at = @at",
  );
  const addWindow = database.prepare(
    `INSERT INTO windows (start, span, exchanges, sends) VALUES (?, ${MINUTE_MS}, ?, ?)
     ON CONFLICT (start) DO UPDATE SET exchanges = exchanges + excluded.exchanges, sends = sends + excluded.sends`,
  );
  // A run that goes on has done all that it was asked to, up to now.
  const setWhole = database.prepare(
    "UPDATE run SET complete = ?, incomplete_reason = ?, finished_at = ?",
  );
  const writeStatus = database.prepare("INSERT OR REPLACE INTO live_status VALUES (1, ?)");
  let incomplete: string | null = null;
  let status: JsonObject | null = null;
  const findLatency = database.prepare(
    "SELECT facts FROM window_latency WHERE window = ? AND method = ?",
  );
  const writeLatency = database.prepare("INSERT OR REPLACE INTO window_latency VALUES (?, ?, ?)");
  const times = countingTable(database, {
    name: "live_latency",
    keys: ["side", "bucket"],
    sums: ["calls"],
  });
  let gathered = new Map<string, WindowLatency>();
  return {
    setIncomplete(reason) {
      incomplete = reason;
    },
    setStatus(next) {
      status = next;
    },
    addTimes(oldMs, candidateMs) {
      times.add(["old", liveBucket(oldMs)], [1]);
      times.add(["candidate", liveBucket(candidateMs)], [1]);
    },
    add({ state, method, latencyMs, pairId }: Comparison) {
      if (latencyMs === null || (state !== "same" && state !== "different")) return;
      const latency = gathered.get(method) ?? emptyLatency();
      gathered.set(method, latency);
      for (const side of ["old", "candidate"] as const) {
        const bucket = wideBucket(bucketOf(latencyMs[side]));
        latency[side][bucket] = (latency[side][bucket] ?? 0) + 1;
      }
      addPairs(latency, [[rankOf(pairId), latencyMs.old, latencyMs.candidate]]);
    },
    beforeFlush(exchanges, sends) {
      const at = now();
      const start = at - (at % MINUTE_MS);
      setNow.run({ start, at });
      addWindow.run(start, exchanges, sends);
      setWhole.run(incomplete === null ? 1 : 0, incomplete, new Date(at).toISOString());
      if (status !== null) writeStatus.run(JSON.stringify(status));
      times.flush();
      for (const [method, latency] of gathered) {
        const row = findLatency.get(start, method) as { facts: string } | undefined;
        const whole = latencyOf(row?.facts);
        addLatency(whole, latency);
        writeLatency.run(start, method, JSON.stringify(whole));
      }
      gathered = new Map();
    },
  };
}
