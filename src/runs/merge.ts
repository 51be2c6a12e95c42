import type Database from "better-sqlite3";
import type { CaseFacts, RunHeader } from "../model/run.ts";
import { createRunFile, openRunFile, runFileOf } from "./open.ts";
import { SAMPLES } from "./samples.ts";
import { SHAPES, type TableShape } from "./table-shapes.ts";
import { columnsOf, upsertSql } from "./tables.ts";

/** A run that is added to another. */
export interface MergedPart {
  readonly folder: string;
  /** Put before the ids of its pairs, where runs of other recordings have the same ids; empty for shards of one work. */
  readonly prefix: string;
  /** Number that each of its candidate targets has in the whole. */
  readonly targets: readonly number[];
}

export interface MergedWhole {
  readonly header: RunHeader;
  readonly incompleteReason: string | null;
  readonly finishedAt: string;
  /** The best evidence first: what one part showed, another need not show again. */
  readonly caseOrder: readonly CaseFacts["outcome"][];
}

/** Parts between two cuts of the bounded tables. */
const PRUNE_EVERY = 16;
/** Results that a whole has once, however many of its parts saw them: a chain split is seen by each that watches the heads. */
const ONCE_METHOD = "(chain)";

/**
 * Adds runs up into a new run file, table by table, in the database: memory does not grow with them. What is kept of a
 * bounded table are the rows of the lowest ranks of all, which is what one process would have kept.
 */
export function mergeRunFiles(
  out: string,
  parts: readonly MergedPart[],
  { header, incompleteReason, finishedAt, caseOrder }: MergedWhole,
): void {
  const database = createRunFile(out, false);
  try {
    database.prepare("INSERT INTO run (one, header) VALUES (1, ?)").run(JSON.stringify(header));
    const cases = new Map<string, CaseFacts>();
    for (const [index, part] of parts.entries()) {
      addPart(database, part);
      addCases(cases, readCases(part.folder), caseOrder);
      if (index % PRUNE_EVERY === PRUNE_EVERY - 1 || index === parts.length - 1) prune(database);
    }
    const insertCase = database.prepare("INSERT INTO cases VALUES (?, ?)");
    for (const facts of cases.values()) insertCase.run(facts.name, JSON.stringify(facts));
    database
      .prepare("UPDATE run SET complete = ?, incomplete_reason = ?, finished_at = ?")
      .run(incompleteReason === null ? 1 : 0, incompleteReason, finishedAt);
    database.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}

function addPart(database: Database.Database, { folder, prefix, targets }: MergedPart): void {
  // Opened on its own first: an older format is brought up to date, and a WAL that was left is taken in.
  openRunFile(folder).close();
  database.prepare("ATTACH ? AS part").run(runFileOf(folder));
  try {
    database.transaction(() => {
      const once = database
        .prepare("SELECT 1 FROM main.methods WHERE method = ?")
        .pluck()
        .get(ONCE_METHOD);
      if (once !== undefined) forgetOnce(database);
      for (const shape of Object.values(SHAPES)) addTable(database, shape, prefix, targets);
      addSamples(database, prefix);
      database.exec(
        "UPDATE main.run SET exchanges = exchanges + (SELECT exchanges FROM part.run), sends = sends + (SELECT sends FROM part.run)",
      );
    })();
  } finally {
    database.exec("DETACH part");
  }
}

/** Of what a whole has once, the part that is added now counts in place of the one before. */
function forgetOnce(database: Database.Database): void {
  const there = database.prepare("SELECT 1 FROM part.methods WHERE method = ?").get(ONCE_METHOD);
  if (there === undefined) return;
  const own = "SELECT fingerprint FROM main.findings WHERE method = ?";
  for (const { name, keys } of Object.values(SHAPES) as readonly TableShape[]) {
    if (keys.includes("method") || !keys.includes("fingerprint")) continue;
    database.prepare(`DELETE FROM main.${name} WHERE fingerprint IN (${own})`).run(ONCE_METHOD);
  }
  database.prepare(`DELETE FROM main.samples WHERE fingerprint IN (${own})`).run(ONCE_METHOD);
  for (const { name, keys } of Object.values(SHAPES) as readonly TableShape[]) {
    if (!keys.includes("method")) continue;
    database.prepare(`DELETE FROM main.${name} WHERE method = ?`).run(ONCE_METHOD);
  }
}

function addTable(
  database: Database.Database,
  shape: TableShape,
  prefix: string,
  targets: readonly number[],
): void {
  const columns = columnsOf(shape).map((column) => {
    if (column === "pair_id") return "@prefix || pair_id";
    if (column !== "target") return column;
    const renumbered = targets.map((to, from) => `WHEN ${from} THEN ${to}`).join(" ");
    return renumbered === "" ? column : `CASE target ${renumbered} ELSE target END`;
  });
  const rows = `SELECT ${columns.join(", ")} FROM part.${shape.name} WHERE true`;
  const insert = database.prepare(
    upsertSql(shape, rows).replace("INSERT INTO ", "INSERT INTO main."),
  );
  insert.run(rows.includes("@prefix") ? { prefix } : {});
}

/** Keeps the rows of each group up to the rank of its last one that is kept; rows of that rank stay together. */
function prune(database: Database.Database): void {
  for (const { name, keys, keep } of Object.values(SHAPES) as readonly TableShape[]) {
    if (keep === undefined) continue;
    const [group, rank] = keys as readonly [string, string];
    const full = database
      .prepare<[], { name: string }>(
        `SELECT ${group} AS name FROM main.${name} GROUP BY 1 HAVING count(*) > ${keep}`,
      )
      .all();
    const remove = database.prepare(
      `DELETE FROM main.${name} WHERE ${group} = @name AND ${rank} > (
         SELECT ${rank} FROM main.${name} WHERE ${group} = @name ORDER BY ${rank} LIMIT 1 OFFSET ${keep - 1})`,
    );
    database.transaction(() => full.forEach((row) => remove.run(row)))();
  }
}

const PAIR_COLUMNS = `method, name, customer, at, request, asked, old_outcome, old_status, old_body, old_cut,
  candidate_outcome, candidate_status, candidate_body, candidate_cut`;

/** As the store chooses them: the lowest ranks of each finding, and the lowest of each of its customers. */
function addSamples(database: Database.Database, prefix: string): void {
  database
    .prepare(
      `INSERT OR IGNORE INTO main.samples
       SELECT fingerprint, rank, @prefix || pair_id, customer, path, old, candidate FROM part.samples`,
    )
    .run({ prefix });
  database.exec(
    `DELETE FROM main.samples WHERE (fingerprint, rank, pair_id) IN (
       SELECT fingerprint, rank, pair_id FROM (
         SELECT fingerprint, rank, pair_id, customer,
           row_number() OVER (PARTITION BY fingerprint ORDER BY rank, pair_id) AS place,
           row_number() OVER (PARTITION BY fingerprint, customer ORDER BY rank, pair_id) AS own
         FROM main.samples WHERE fingerprint IN (SELECT fingerprint FROM part.samples))
       WHERE place > ${SAMPLES} AND (customer IS NULL OR own > 1))`,
  );
  database
    .prepare(
      `INSERT OR IGNORE INTO main.pairs SELECT @prefix || pair_id, ${PAIR_COLUMNS} FROM part.pairs
       WHERE @prefix || pair_id IN (SELECT pair_id FROM main.samples)`,
    )
    .run({ prefix });
  database.exec("DELETE FROM main.pairs WHERE pair_id NOT IN (SELECT pair_id FROM main.samples)");
}

function readCases(folder: string): CaseFacts[] {
  const database = openRunFile(folder);
  try {
    return database
      .prepare<[], string>("SELECT facts FROM cases ORDER BY name")
      .pluck()
      .all()
      .map((facts) => JSON.parse(facts) as CaseFacts);
  } finally {
    database.close();
  }
}

function addCases(
  cases: Map<string, CaseFacts>,
  more: readonly CaseFacts[],
  order: MergedWhole["caseOrder"],
): void {
  for (const facts of more) {
    const known = cases.get(facts.name);
    const better =
      known === undefined || order.indexOf(facts.outcome) < order.indexOf(known.outcome);
    if (better) cases.set(facts.name, facts);
  }
}
