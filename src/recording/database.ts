import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { usageError } from "../errors.ts";
import { migrate } from "../sqlite.ts";
import { APPLICATION_ID, FORMAT_VERSION, RECORDING_KIND } from "./schema.ts";
import { makeFolder } from "../make-folder.ts";

const SQLITE_MAGIC = "SQLite format 3\0";

/** Opens or creates the file, and its folder, for writing and brings it to the newest format. */
export function openForWriting(path: string): Database.Database {
  makeFolder(dirname(path));
  // Customers' traffic is nobody else's to read; SQLite gives the files beside it the same mode.
  closeSync(openSync(path, "a", 0o600));
  const database = new Database(path);
  try {
    database.pragma("busy_timeout = 2000");
    database.pragma("journal_mode = WAL");
    // A crash of the machine may lose the last commits, never the file; a crash of the process loses nothing.
    database.pragma("synchronous = NORMAL");
    // What was deleted at a customer's wish must not stay in free pages.
    database.pragma("secure_delete = ON");
    migrate(database, path, RECORDING_KIND);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a recording for reading. Throws a usage error for a missing file, another kind of file, or a newer format. */
export function openForReading(path: string): Database.Database {
  if (!existsSync(path)) throw usageError(`No recording at ${path}`);
  if (!startsLikeSqlite(path)) throw notARecording(path);
  let database: Database.Database;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
  } catch (cause) {
    throw usageError(`Cannot open the recording ${path}`, { cause, details: [String(cause)] });
  }
  try {
    const kind = Number(database.pragma("application_id", { simple: true }));
    if (kind !== APPLICATION_ID) throw notARecording(path);
    const version = Number(database.pragma("user_version", { simple: true }));
    if (version > FORMAT_VERSION) {
      throw usageError(
        `${path} has recording format ${version}; this shadowdiff reads up to ${FORMAT_VERSION}`,
        { details: ["Update shadowdiff to read it."] },
      );
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function notARecording(path: string): Error {
  return usageError(`${path} is not a recording`, {
    details: ["Make one with `shadowdiff record` or `shadowdiff import`."],
  });
}

function startsLikeSqlite(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw usageError(`${path} is a folder; a recording is a file`, {
      details: ["A run's folder goes to shadowdiff report and shadowdiff gate."],
    });
  const start = Buffer.alloc(SQLITE_MAGIC.length);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw usageError(`Cannot read the recording ${path}`, { cause, details: [String(cause)] });
  }
  try {
    readSync(file, start, 0, start.length, 0);
  } catch (cause) {
    throw usageError(`Cannot read the recording ${path}`, { cause, details: [String(cause)] });
  } finally {
    closeSync(file);
  }
  return start.toString("latin1") === SQLITE_MAGIC;
}
