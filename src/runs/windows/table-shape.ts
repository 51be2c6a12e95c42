import type Database from "better-sqlite3";

/**
 * A live run counts everything twice: in the run's own tables, and in a twin of each that has a row a window as well. Triggers
 * add each flush's growth to the twin's rows of the window that is under way, so that what is counted, and how, is said once.
 */
export const COUNTED = [
  "methods",
  "not_compared",
  "customers",
  "customer_methods",
  "findings",
  "finding_causes",
  "finding_customers",
  "finding_clients",
  "finding_targets",
  "noise",
  "signatures",
  // Of live runs only: how long live requests took on each side, which no verdict rests on.
  "live_latency",
] as const;

export type Counted = (typeof COUNTED)[number];

/** A counting table's columns by what becomes of them when rows join. */
export interface Shape {
  readonly name: Counted;
  readonly keys: readonly string[];
  readonly sums: readonly string[];
  /** Keep their greatest value. */
  readonly latest: readonly string[];
}

/** Whether a run is counted by windows too. */
export function isLive(database: Database.Database): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'window_now'").get() !== undefined
  );
}

interface Column {
  readonly name: string;
  readonly pk: number;
}

export function shapeOf(database: Database.Database, name: Counted): Shape {
  const columns = database.pragma(`table_info(${name})`) as Column[];
  const values = columns.filter(({ pk }) => pk === 0).map((column) => column.name);
  return {
    name,
    keys: columns.filter(({ pk }) => pk > 0).map((column) => column.name),
    sums: values.filter((column) => !column.startsWith("last_")),
    latest: values.filter((column) => column.startsWith("last_")),
  };
}

export function twinOf(name: Counted): string {
  return `window_${name}`;
}

/** The part of an upsert that joins a row with the one that is there. */
export function joining({ name, sums, latest }: Shape): string {
  const twin = twinOf(name);
  return [
    ...sums.map((column) => `${column} = ${twin}.${column} + excluded.${column}`),
    ...latest.map(
      (column) =>
        `${column} = max(coalesce(${twin}.${column}, excluded.${column}), coalesce(excluded.${column}, ${twin}.${column}))`,
    ),
  ].join(", ");
}

/** Columns of many rows as those of one. */
export function summed({ sums, latest }: Shape): string {
  return [
    ...sums.map((column) => `SUM(${column}) AS ${column}`),
    ...latest.map((column) => `MAX(${column}) AS ${column}`),
  ].join(", ");
}
