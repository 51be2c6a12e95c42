import type Database from "better-sqlite3";
import { isObject } from "../model/json.ts";
import type { Comparison, ExchangeResult } from "../model/comparison.ts";
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
  /** Exchanges of this run that are made durable, those of before a resumption too. */
  exchanges(): number;
  add(result: ExchangeResult): void;
  /** Makes everything added so far durable, in one transaction. */
  flush(): void;
  /** Replaces what the run says of itself; counts and completeness stay. */
  setHeader(header: RunHeader): void;
  setCases(cases: readonly CaseFacts[]): void;
  /** Last flush; `incompleteReason` null means that the run did all it was asked to. */
  finish(incompleteReason: string | null, at: Date): void;
  /** Drops the texts that no sample needs any more; `finish` does so too. */
  prune(): void;
  close(): void;
}

/** What a run that goes on keeps beside its counts, in the same transactions. */
export interface RunExtension {
  add(comparison: Comparison): void;
  /** Within each flush, before the counts are added. */
  beforeFlush(exchanges: number, sends: number): void;
}

/**
 * @param extend makes the extension of a run that goes on; such a run never does an exchange again, and so keeps no list of those
 * that are done
 */
export function openRunStore(
  directory: string,
  header: RunHeader,
  resume = false,
  extend: ((database: Database.Database) => RunExtension) | null = null,
): RunStore {
  const database = createRunFile(directory, resume);
  const extension = extend === null ? null : extend(database);
  const insertDone = database.prepare("INSERT OR IGNORE INTO done VALUES (?)");
  const findDone = database.prepare("SELECT 1 FROM done WHERE key = ?");
  const addTotals = database.prepare("UPDATE run SET exchanges = exchanges + ?, sends = sends + ?");
  const countExchanges = database.prepare("SELECT exchanges FROM run");
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
  let exchanges = 0;
  let sends = 0;

  const flush = database.transaction(() => {
    extension?.beforeFlush(exchanges, sends);
    for (const key of done) insertDone.run(key);
    addTotals.run(exchanges, sends);
    count.flush();
    group.flush();
    sample.flush();
    done = [];
    exchanges = 0;
    sends = 0;
  });

  return {
    isDone: (key) => findDone.get(key) !== undefined,
    exchanges() {
      const row = countExchanges.get();
      return isObject(row) ? Number(row["exchanges"]) : 0;
    },
    add(result) {
      for (const comparison of result.comparisons) {
        count.add(comparison);
        extension?.add(comparison);
        if (comparison.state === "different") sample.add(comparison, group.add(comparison));
      }
      for (const place of result.firm ?? []) count.addFirm(place);
      if (extension === null) done.push(result.key);
      if (result.beside !== true) exchanges++;
      sends += result.sends;
      if (exchanges >= FLUSH_EXCHANGES) flush();
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
    prune: () => sample.prune(),
    close: () => void database.close(),
  };
}
