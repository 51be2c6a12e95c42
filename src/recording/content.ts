import { createHash } from "node:crypto";
import type Database from "better-sqlite3";

/**
 * SHA-256 (hex) over the blocks of a recording, in their order. Names, times of import and pseudonyms are not part of it: a
 * recording that was copied, renamed or imported again has the same content, and its calls are the same calls.
 */
export function contentOf(database: Database.Database): string {
  const hash = createHash("sha256");
  const blocks = database.prepare<[], Buffer>("SELECT data FROM blocks ORDER BY id").pluck();
  for (const data of blocks.iterate()) hash.update(data);
  return hash.digest("hex");
}
