import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import type Database from "better-sqlite3";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { messageOf, runFailure } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { EXPORTED, type ExportedColumn, type ExportedTable } from "./export-tables.ts";
import { openRunFile } from "./open.ts";

/** As SQLite gives them. */
type Value = string | number | Buffer | null;

export interface WrittenTable {
  readonly file: string;
  readonly rows: number;
}

/** Rows in memory at a time, and in a row group. */
const GROUP_ROWS = 50_000;

/**
 * Writes a run's facts as Parquet files, one a table, into a folder; a file of before is replaced once the new one is whole.
 * @throws usage error where there is no run; run failure where the folder can't be written to
 */
export function exportParquet(directory: string, folder: string): WrittenTable[] {
  const database = openRunFile(directory);
  try {
    makeFolder(folder);
    // One moment of a run that may be growing.
    database.exec("BEGIN");
    return EXPORTED.map((table) => write(database, table, folder));
  } catch (cause) {
    if ((cause as { code?: string }).code === undefined) throw cause;
    throw runFailure(`The tables can't be written to ${folder}: ${messageOf(cause)}`, { cause });
  } finally {
    database.close();
  }
}

function write(database: Database.Database, table: ExportedTable, folder: string): WrittenTable {
  const file = path.join(folder, `${table.name}.parquet`);
  const part = `${file}.part`;
  const handle = openSync(part, "w", 0o600);
  try {
    const writer = fileWriter(handle);
    const parquet = new ParquetWriter({
      writer,
      schema: [{ name: "root", num_children: table.columns.length }, ...table.columns.map(element)],
    });
    const columns = table.columns.map(({ sql, name }) => `${sql} AS "${name}"`).join(", ");
    const rows = database.prepare<[], Value[]>(`SELECT ${columns} FROM ${table.from}`).raw();
    let count = 0;
    let group: Value[][] = [];
    const flush = (): void => {
      if (group.length === 0) return;
      const columnData = table.columns.map((column, index) => ({
        name: column.name,
        data: group.map((row) => valueOf(column, row[index])),
      }));
      void parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
      count += group.length;
      group = [];
    };
    for (const row of rows.iterate()) {
      group.push(row);
      if (group.length === GROUP_ROWS) flush();
    }
    flush();
    void parquet.finish();
    renameSync(part, file);
    return { file, rows: count };
  } finally {
    closeSync(handle);
    rmSync(part, { force: true });
  }
}

function element({ name, type }: ExportedColumn) {
  const optional = { name, repetition_type: "OPTIONAL" } as const;
  if (type === "STRING")
    return { ...optional, type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
  if (type === "TIMESTAMP")
    return { ...optional, type: "INT64", converted_type: "TIMESTAMP_MILLIS" } as const;
  return { ...optional, type } as const;
}

function valueOf(
  { type }: ExportedColumn,
  value: Value | undefined,
): Date | string | number | null {
  if (value === null || value === undefined) return null;
  if (type === "TIMESTAMP") return new Date(Number(value));
  if (type === "STRING") return Buffer.isBuffer(value) ? value.toString("utf8") : String(value);
  return Number(value);
}

/** The library's own buffer, emptied into the file after each row group. */
function fileWriter(handle: number): ByteWriter {
  const writer = new ByteWriter();
  const flush = (): void => {
    const bytes = new Uint8Array(writer.buffer, 0, writer.index);
    for (let from = 0; from < bytes.length;) from += writeSync(handle, bytes, from);
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}
