import type Database from "better-sqlite3";
import type { JsonObject } from "../model/json.ts";
import type { Network } from "../model/run.ts";
import { compactBlocks } from "./compact.ts";
import { openForWriting } from "./database.ts";

/** What a new recording says of itself from the start. */
export interface NewRecording {
  readonly source: string;
  readonly network: Network;
  readonly keyId: string | null;
  readonly options: JsonObject;
  /** Unix ms. */
  readonly createdAt: number;
}

/** Opens the file for writing; the header is written only where it has none, so a writer that died is followed by the next. */
export function openRecordingFile(path: string, header: NewRecording): Database.Database {
  const database = openForWriting(path);
  database
    .prepare(
      `INSERT INTO recording (id, created_at, source, chain_id, genesis_hash, key_id, options)
       VALUES (1, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    .run(
      new Date(header.createdAt).toISOString(),
      header.source,
      header.network.chainId,
      header.network.genesisHash,
      header.keyId,
      JSON.stringify(header.options),
    );
  return database;
}

/**
 * Ends a recording: tidies its blocks, marks it closed, and leaves one file without a WAL beside it, so that it can be
 * read from a read-only place.
 */
export function closeRecordingFile(database: Database.Database): void {
  compactBlocks(database);
  database.prepare("UPDATE recording SET closed = 1").run();
  database.pragma("wal_checkpoint(TRUNCATE)");
  // Fails while somebody reads the file; it then stays in WAL mode, which is as good on a writable disk.
  try {
    database.pragma("journal_mode = DELETE");
  } catch {}
  database.close();
}
