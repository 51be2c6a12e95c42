import type Database from "better-sqlite3";
import type { Comparison } from "../../model/comparison.ts";
import type { RunHeader } from "../../model/run.ts";
import { bucketOf } from "../latency.ts";
import { hasRun } from "../open.ts";
import { rankOf } from "../rank.ts";
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
  /** Writes what was added, as of now; call it each second. */
  flush(): void;
}

/** Goes on with the run that is in the folder, or begins one. `now` gives Unix ms. */
export function openLiveStore(directory: string, header: RunHeader, now: () => number): LiveStore {
  let base: Database.Database | undefined;
  const store = openRunStore(directory, header, hasRun(directory), (database) => {
    base = database;
    ensureWindowTables(database);
    return liveExtension(database, now);
  });
  store.flush();
  return {
    add: (result) => store.add(result),
    setHeader: (changed) => store.setHeader(changed),
    flush() {
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

function liveExtension(database: Database.Database, now: () => number): RunExtension {
  const setNow = database.prepare(
    "INSERT INTO window_now VALUES (1, @start, @at) ON CONFLICT (one) DO UPDATE SET start = @start, at = @at",
  );
  const addWindow = database.prepare(
    `INSERT INTO windows (start, span, exchanges, sends) VALUES (?, ${MINUTE_MS}, ?, ?)
     ON CONFLICT (start) DO UPDATE SET exchanges = exchanges + excluded.exchanges, sends = sends + excluded.sends`,
  );
  // A run that goes on has done all that it was asked to, up to now.
  const setWhole = database.prepare(
    "UPDATE run SET complete = 1, incomplete_reason = NULL, finished_at = ?",
  );
  const findLatency = database.prepare(
    "SELECT facts FROM window_latency WHERE window = ? AND method = ?",
  );
  const writeLatency = database.prepare("INSERT OR REPLACE INTO window_latency VALUES (?, ?, ?)");
  let gathered = new Map<string, WindowLatency>();
  return {
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
      setWhole.run(new Date(at).toISOString());
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
