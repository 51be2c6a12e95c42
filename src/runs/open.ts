import { existsSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { runFailure, usageError } from "../errors.ts";
import { migrate } from "../sqlite.ts";
import { RUN_FILE_KIND } from "./schema.ts";
import { makeFolder } from "../make-folder.ts";

export const RUN_FILE = "run.sqlite";

export function runFileOf(directory: string): string {
  return path.join(directory, RUN_FILE);
}

export function hasRun(directory: string): boolean {
  return existsSync(runFileOf(directory));
}

/** Opens a run's file for reading. */
export function openRunFile(directory: string): Database.Database {
  const file = path.join(directory, RUN_FILE);
  if (!existsSync(file)) {
    throw usageError(`There is no run in ${directory}.`, {
      details: [`${RUN_FILE} is missing: give the folder that replay or compare wrote.`],
    });
  }
  return open(file);
}

/** Makes a run's file; with `resume`, opens the one that is there. Never overwrites a run. */
export function createRunFile(directory: string, resume: boolean): Database.Database {
  const file = path.join(directory, RUN_FILE);
  if (!resume && existsSync(file)) {
    throw usageError(`${directory} has a run already.`, {
      details: ["Give another --out, or remove the folder if it is no longer needed."],
    });
  }
  if (resume && !existsSync(file)) throw usageError(`There is no run to resume in ${directory}.`);
  try {
    makeFolder(directory);
  } catch (cause) {
    throw runFailure(`Can't make the folder ${directory}: ${(cause as Error).message}`, { cause });
  }
  return open(file);
}

function open(file: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(file);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    migrate(database, file, RUN_FILE_KIND);
    return database;
  } catch (cause) {
    database?.close();
    if ((cause as { code?: string }).code === "SQLITE_NOTADB")
      throw usageError(`${file} is not a run file.`, { cause });
    if (String((cause as { code?: string }).code).startsWith("SQLITE")) {
      throw runFailure(`Can't open ${file}: ${(cause as Error).message}`, { cause });
    }
    throw cause;
  }
}
