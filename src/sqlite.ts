import type Database from "better-sqlite3";
import { usageError } from "./errors.ts";

/** A kind of file that the program keeps in SQLite. */
export interface FileKind {
  /** `a file of notices`, as a person would call it. */
  readonly what: string;
  /** `PRAGMA application_id`: four letters as a number. */
  readonly applicationId: number;
  /** Numbered from 1, never changed once released; `PRAGMA user_version` is the last one applied. */
  readonly migrations: readonly string[];
  /** Files of this kind were once written without the mark. */
  readonly wasUnmarked?: true;
}

/**
 * Brings an opened file to the newest format, each step in its own transaction.
 * @throws usage error for a file of another kind, or of a newer program
 */
export function migrate(database: Database.Database, file: string, kind: FileKind): void {
  const { what, applicationId, migrations, wasUnmarked = false } = kind;
  const own = Number(database.pragma("application_id", { simple: true }));
  const version = Number(database.pragma("user_version", { simple: true }));
  const isOwn = own === applicationId || (wasUnmarked && own === 0 && version > 0);
  if (!isOwn && !isEmpty(database)) throw usageError(`${file} is not ${what}.`);
  if (version > migrations.length) {
    throw usageError(
      `${file} was written by a newer shadowdiff (format ${version}; this one reads up to ${migrations.length}).`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    // Two programs may open a new file at once: whoever comes second finds it brought up to date.
    database
      .transaction(() => {
        if (Number(database.pragma("user_version", { simple: true })) > index) return;
        database.exec(sql);
        database.pragma(`application_id = ${applicationId}`);
        database.pragma(`user_version = ${index + 1}`);
      })
      .immediate();
  }
}

function isEmpty(database: Database.Database): boolean {
  return database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
}
