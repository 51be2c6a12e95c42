import type { ExchangeResult } from "../model/comparison.ts";
import type { CaseFacts, RunHeader } from "../model/run.ts";
import { counters } from "./counters.ts";
import { groups } from "./groups.ts";
import { createRunFile } from "./open.ts";
import { samples } from "./samples.ts";

/** Exchanges that may wait in memory for the next flush; a kill loses at most these, and a resumed run does them again. */
const FLUSH_EXCHANGES = 20_000;

/** Writes a run's facts. Memory holds only counts that are not flushed yet and the ranks of bounded tables. */
export interface RunStore {
  isDone(key: string): boolean;
  add(result: ExchangeResult): void;
  /** Makes everything added so far durable, in one transaction. */
  flush(): void;
  /** Replaces what the run says of itself; counts and completeness stay. */
  setHeader(header: RunHeader): void;
  setCases(cases: readonly CaseFacts[]): void;
  /** Last flush; `incompleteReason` null means that the run did all it was asked to. */
  finish(incompleteReason: string | null, at: Date): void;
  close(): void;
}

export function openRunStore(directory: string, header: RunHeader, resume = false): RunStore {
  const database = createRunFile(directory, resume);
  const insertDone = database.prepare("INSERT OR IGNORE INTO done VALUES (?)");
  const findDone = database.prepare("SELECT 1 FROM done WHERE key = ?");
  const addTotals = database.prepare("UPDATE run SET exchanges = exchanges + ?, sends = sends + ?");
  const writeHeader = database.prepare("UPDATE run SET header = ?");
  database
    .prepare(
      "INSERT INTO run (one, header) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET header = excluded.header, complete = 0",
    )
    .run(JSON.stringify(header));
  const count = counters(database);
  const group = groups(database);
  const sample = samples(database);
  let done: string[] = [];
  let sends = 0;

  const flush = database.transaction(() => {
    for (const key of done) insertDone.run(key);
    addTotals.run(done.length, sends);
    count.flush();
    group.flush();
    sample.flush();
    done = [];
    sends = 0;
  });

  return {
    isDone: (key) => findDone.get(key) !== undefined,
    add(result) {
      for (const comparison of result.comparisons) {
        count.add(comparison);
        if (comparison.state === "different") sample.add(comparison, group.add(comparison));
      }
      done.push(result.key);
      sends += result.sends;
      if (done.length >= FLUSH_EXCHANGES) flush();
    },
    flush,
    setHeader: (changed) => void writeHeader.run(JSON.stringify(changed)),
    setCases(cases) {
      const insert = database.prepare("INSERT OR REPLACE INTO cases VALUES (?, ?)");
      for (const facts of cases) insert.run(facts.name, JSON.stringify(facts));
    },
    finish(incompleteReason, at) {
      flush();
      sample.prune();
      database
        .prepare("UPDATE run SET complete = ?, incomplete_reason = ?, finished_at = ?")
        .run(incompleteReason === null ? 1 : 0, incompleteReason, at.toISOString());
      database.pragma("wal_checkpoint(TRUNCATE)");
    },
    close: () => void database.close(),
  };
}
