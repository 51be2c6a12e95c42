import type Database from "better-sqlite3";
import { usageError } from "./errors.ts";

/** A kind of file that the program keeps in SQLite. */
export interface FileKind {
  /** `notices`, as a person would call what is in it. */
  readonly what: string;
  /** `PRAGMA application_id`: four letters as a number. */
  readonly applicationId: number;
  /** Numbered from 1, never changed once released; `PRAGMA user_version` is the last one applied. */
  readonly migrations: readonly string[];
}

/**
 * Brings an opened file to the newest format, each step in its own transaction.
 * @throws usage error for a file of another kind, or of a newer program
 */
export function migrate(database: Database.Database, file: string, kind: FileKind): void {
  const { what, applicationId, migrations } = kind;
  const own = Number(database.pragma("application_id", { simple: true }));
  const version = Number(database.pragma("user_version", { simple: true }));
  const empty = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (own !== applicationId && !empty) throw usageError(`${file} is not a file of ${what}.`);
  if (version > migrations.length) {
    throw usageError(
      `${file} was written by a newer shadowdiff (format ${version}; this one reads up to ${migrations.length}).`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}
