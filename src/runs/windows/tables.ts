import type Database from "better-sqlite3";
import { COUNTED, joining, shapeOf, twinOf, type Shape } from "./table-shape.ts";

/**
 * Makes what a live run has more than another: `windows` (Unix ms of each one's start and its length), a twin of each counting
 * table, latencies by window, and when each finding was first and last seen. Safe to call again.
 */
export function ensureWindowTables(database: Database.Database): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS windows (
      start INTEGER PRIMARY KEY, span INTEGER NOT NULL, exchanges REAL NOT NULL DEFAULT 0, sends REAL NOT NULL DEFAULT 0
    );
    CREATE TABLE IF NOT EXISTS window_now (one INTEGER PRIMARY KEY CHECK (one = 1), start INTEGER NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS live_status (one INTEGER PRIMARY KEY CHECK (one = 1), status TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS live_latency (
      side TEXT, bucket INTEGER, calls REAL NOT NULL, PRIMARY KEY (side, bucket)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS window_latency (
      window INTEGER, method TEXT, facts TEXT NOT NULL, PRIMARY KEY (window, method)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS finding_times (
      fingerprint TEXT PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TRIGGER IF NOT EXISTS finding_first AFTER INSERT ON findings BEGIN
      INSERT OR IGNORE INTO finding_times SELECT NEW.fingerprint, at, at FROM window_now;
    END;
    CREATE TRIGGER IF NOT EXISTS finding_again AFTER UPDATE ON findings BEGIN
      UPDATE finding_times SET last_at = (SELECT at FROM window_now) WHERE fingerprint = NEW.fingerprint;
    END;
  `);
  for (const name of COUNTED) ensureTwin(database, shapeOf(database, name));
}

function ensureTwin(database: Database.Database, shape: Shape): void {
  const { name, keys, sums, latest } = shape;
  const twin = twinOf(name);
  database.exec(`CREATE TABLE IF NOT EXISTS ${twin} (
    window INTEGER, ${keys.join(", ")}, ${sums.map((column) => `${column} REAL NOT NULL DEFAULT 0`).join(", ")}
    ${latest.map((column) => `, ${column} REAL`).join("")}, PRIMARY KEY (window, ${keys.join(", ")})
  ) WITHOUT ROWID`);
  // A run of an older program, gone on with by one that counts more.
  const there = new Set(
    (database.pragma(`table_info(${twin})`) as { name: string }[]).map((column) => column.name),
  );
  for (const column of sums.filter((column) => !there.has(column)))
    database.exec(`ALTER TABLE ${twin} ADD COLUMN ${column} REAL NOT NULL DEFAULT 0`);
  const columns = ["window", ...keys, ...sums, ...latest].join(", ");
  const add = (values: readonly string[]): string => `
    INSERT INTO ${twin} (${columns}) VALUES ((SELECT start FROM window_now), ${values.join(", ")})
    ON CONFLICT (window, ${keys.join(", ")}) DO UPDATE SET ${joining(shape)};`;
  const own = [...keys, ...sums, ...latest].map((column) => `NEW.${column}`);
  const growth = [
    ...keys.map((column) => `NEW.${column}`),
    ...sums.map((column) => `NEW.${column} - OLD.${column}`),
    ...latest.map((column) => `NEW.${column}`),
  ];
  database.exec(`
    DROP TRIGGER IF EXISTS ${twin}_first;
    DROP TRIGGER IF EXISTS ${twin}_more;
    CREATE TRIGGER ${twin}_first AFTER INSERT ON ${name} BEGIN ${add(own)} END;
    CREATE TRIGGER ${twin}_more AFTER UPDATE ON ${name} BEGIN ${add(growth)} END;
  `);
}
