import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type Database from "better-sqlite3";

/** Exchanges to a block: where compression stops gaining and a random read stays under a millisecond. */
export const BLOCK_EXCHANGES = 500;

interface Block {
  readonly id: number;
  readonly bytes: number;
  readonly data: Buffer;
  readonly live: number;
  readonly live_bytes: number;
}

interface Place {
  readonly id: number;
  readonly start: number;
  readonly length: number;
}

/**
 * Rewrites blocks that are small (a quiet hour flushes one every half second) or hold exchanges that are no longer there,
 * so that neighbours share a block and deleted bytes are gone. Bounded by `blocks.id`; one merged block in memory.
 */
export function compactBlocks(database: Database.Database): void {
  const sparse = database.prepare<[number], Block>(
    `SELECT b.id, b.bytes, b.data, count(e.id) AS live, coalesce(sum(e.length), 0) AS live_bytes
       FROM blocks b LEFT JOIN exchanges e ON e.block = b.id WHERE b.id > ? GROUP BY b.id ORDER BY b.id LIMIT 1`,
  );
  database.exec("CREATE INDEX IF NOT EXISTS temp_exchanges_by_block ON exchanges (block)");
  try {
    const merge = merger(database);
    let last = 0;
    for (;;) {
      const block = sparse.get(last);
      if (block === undefined) break;
      last = block.id;
      if (block.live >= BLOCK_EXCHANGES / 2 && block.live_bytes === block.bytes) continue;
      merge.add(block.id, block.data, block.live);
    }
    merge.flush();
  } finally {
    database.exec("DROP INDEX temp_exchanges_by_block");
  }
}

function merger(database: Database.Database) {
  const places = database.prepare<[number], Place>(
    "SELECT id, start, length FROM exchanges WHERE block = ? ORDER BY id",
  );
  const insert = database.prepare("INSERT INTO blocks (bytes, data) VALUES (?, ?)");
  const move = database.prepare("UPDATE exchanges SET block = ?, start = ? WHERE id = ?");
  const remove = database.prepare("DELETE FROM blocks WHERE id = ?");
  let old: number[] = [];
  let ids: number[] = [];
  let records: Buffer[] = [];

  const flush = database.transaction((): void => {
    if (ids.length > 0) {
      const bytes = Buffer.concat(records);
      const block = insert.run(bytes.length, zstdCompressSync(bytes)).lastInsertRowid;
      let start = 0;
      for (const [index, id] of ids.entries()) {
        move.run(block, start, id);
        start += records[index]?.length ?? 0;
      }
    }
    for (const id of old) remove.run(id);
    old = [];
    ids = [];
    records = [];
  });

  return {
    flush,
    add(block: number, data: Buffer, live: number): void {
      old.push(block);
      if (live > 0) {
        const bytes = zstdDecompressSync(data);
        for (const place of places.all(block)) {
          ids.push(place.id);
          records.push(bytes.subarray(place.start, place.start + place.length));
        }
      }
      if (ids.length >= BLOCK_EXCHANGES || old.length >= BLOCK_EXCHANGES) flush();
    },
  };
}
