import Database from "better-sqlite3";
import { runFailure } from "../../errors.ts";

/**
 * Held by the one process that sends. The lock is the operating system's, on a file beside the notices, so that it goes with its
 * process, however that ends.
 */
export function lockSending(file: string): Disposable {
  const database = new Database(`${file}.lock`, { timeout: 0 });
  try {
    database.pragma("journal_mode = DELETE");
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    if (String((cause as { code?: string }).code).startsWith("SQLITE_BUSY"))
      throw runFailure("Another `notice send` is at work on these notices.", { cause });
    throw runFailure(`Can't lock ${file}: ${(cause as Error).message}`, { cause });
  }
  return {
    [Symbol.dispose]: () => {
      database.close();
    },
  };
}
