import type Database from "better-sqlite3";
import type { TableShape } from "./table-shapes.ts";

type Key = string | number;

/** Counts gathered in memory and added to a table's rows at each flush, so that a hot path does no SQL. */
export interface CountingTable {
  add(keys: readonly Key[], sums: readonly number[], latest?: number | null): void;
  flush(): void;
}

interface Row {
  readonly keys: readonly Key[];
  readonly sums: number[];
  latest: number | null;
}

export function countingTable(database: Database.Database, shape: TableShape): CountingTable {
  const upsert = database.prepare(upsertSql(shape));
  const rows = new Map<string, Row>();
  return {
    add(keys, sums, latest = null) {
      const id = keys.length === 1 ? String(keys[0]) : keys.join("\u0000");
      const row = rows.get(id);
      if (row === undefined) {
        rows.set(id, { keys, sums: [...sums], latest });
        return;
      }
      for (let index = 0; index < sums.length; index += 1) row.sums[index]! += sums[index]!;
      if (latest !== null && (row.latest === null || latest > row.latest)) row.latest = latest;
    },
    flush() {
      for (const row of rows.values()) {
        upsert.run(...row.keys, ...row.sums, ...(shape.latest === undefined ? [] : [row.latest]));
      }
      rows.clear();
    },
  };
}

/** `rows` gives the rows: VALUES, or a SELECT of `columnsOf`. */
export function upsertSql(shape: TableShape, rows = valuesOf(shape)): string {
  const { name, keys, sums, latest } = shape;
  const columns = columnsOf(shape);
  const updates = sums.map((column) => `${column} = ${name}.${column} + excluded.${column}`);
  if (latest !== undefined)
    updates.push(
      `${latest} = max(coalesce(${name}.${latest}, excluded.${latest}), coalesce(excluded.${latest}, ${name}.${latest}))`,
    );
  return `INSERT INTO ${name} (${columns.join(", ")}) ${rows}
    ON CONFLICT (${keys.join(", ")}) DO UPDATE SET ${updates.join(", ")}`;
}

export function columnsOf({ keys, sums, latest }: TableShape): readonly string[] {
  return [...keys, ...sums, ...(latest === undefined ? [] : [latest])];
}

function valuesOf(shape: TableShape): string {
  return `VALUES (${columnsOf(shape)
    .map(() => "?")
    .join(", ")})`;
}

/** A counting table that keeps, of each group (its first key), the rows of the lowest ranks (its second key). */
export interface BoundedTable {
  /** False where the row's rank is past what the group keeps: nothing was stored. */
  add(group: string, rank: number, keys: readonly Key[], sums: readonly number[]): boolean;
  flush(): void;
}

export function boundedTable(
  database: Database.Database,
  shape: TableShape & { readonly keep: number },
): BoundedTable {
  const [group, rank] = shape.keys as readonly [string, string];
  const table = countingTable(database, shape);
  const nthRank = database.prepare(
    `SELECT ${rank} AS rank FROM ${shape.name} WHERE ${group} = ? ORDER BY ${rank} LIMIT 1 OFFSET ${shape.keep - 1}`,
  );
  const prune = database.prepare(`DELETE FROM ${shape.name} WHERE ${group} = ? AND ${rank} > ?`);
  /** Highest rank that a full group still takes. A row past it was never counted, so that kept counts are whole. */
  const ceilings = new Map<string, number>();
  const touched = new Set<string>();
  const settle = (name: string): void => {
    const nth = nthRank.get(name) as { rank: number } | undefined;
    if (nth === undefined) return;
    ceilings.set(name, nth.rank);
    prune.run(name, nth.rank);
  };
  for (const row of database.prepare(`SELECT DISTINCT ${group} AS name FROM ${shape.name}`).all()) {
    settle((row as { name: string }).name);
  }
  return {
    add(name, rowRank, keys, sums) {
      if (rowRank > (ceilings.get(name) ?? Infinity)) return false;
      touched.add(name);
      table.add([name, rowRank, ...keys], sums);
      return true;
    },
    flush() {
      table.flush();
      for (const name of touched) settle(name);
      touched.clear();
    },
  };
}
