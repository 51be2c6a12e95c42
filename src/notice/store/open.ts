import { chmodSync, existsSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { runFailure, usageError } from "../../errors.ts";
import { migrate } from "../../sqlite.ts";
import { NOTICES_FILE_KIND } from "./schema.ts";

const NOTICES_FILE = "notices.sqlite";

/** Where the notices of a run are kept: beside its run.sqlite. */
export function noticesPath(runDirectory: string): string {
  return path.join(runDirectory, NOTICES_FILE);
}

/** Opens the file; `create` makes it where there is none, readable by its owner only: it holds addresses of customers. */
export function openNotices(
  file: string,
  { create }: { readonly create: boolean },
): Database.Database {
  if (!create && !existsSync(file)) {
    throw usageError(`There are no notices in ${file}.`, {
      details: [
        "Draft them first: shadowdiff notice draft reports/RUN --upgrade upgrade.yaml --customers customers.csv",
      ],
    });
  }
  let database: Database.Database | undefined;
  try {
    database = new Database(file);
    // FULL: that a mail is about to leave has to be on the disk before it leaves.
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    migrate(database, file, NOTICES_FILE_KIND);
    chmodSync(file, 0o600);
    return database;
  } catch (cause) {
    database?.close();
    const code = String((cause as { code?: string }).code);
    if (code === "SQLITE_NOTADB") throw usageError(`${file} is not a file of notices.`, { cause });
    if (code.startsWith("SQLITE") || code.startsWith("E"))
      throw runFailure(`Can't open ${file}: ${(cause as Error).message}`, { cause });
    throw cause;
  }
}
