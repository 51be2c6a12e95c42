import { zstdCompressSync } from "node:zlib";
import type Database from "better-sqlite3";
import type { Batch, ExchangeRow } from "./batch.ts";

/** Prepared statements over one recording file; `store(batch)` is all or nothing. */
export interface BatchStore {
  /** Returns false where the batch was stored before (a batch sent again after the writer died). */
  store(batch: Batch): boolean;
}

export function batchStore(database: Database.Database): BatchStore {
  const statements = prepare(database);
  const methodIds = nameIds(database, "methods", "name");
  const customerIds = nameIds(database, "customers", "token");

  const insertRows = (batch: Batch): void => {
    if (batch.rows.length === 0) return;
    const bytes = Buffer.concat(batch.records);
    const block = statements.block.run(bytes.length, zstdCompressSync(bytes)).lastInsertRowid;
    let start = 0;
    for (const [index, row] of batch.rows.entries()) {
      const length = batch.records[index]?.length ?? 0;
      statements.exchange.run(...columns(row, methodIds, customerIds), block, start, length);
      for (const body of row.large)
        statements.largeBody.run(row.id, body.side, body.bytes, body.sha256);
      start += length;
    }
  };

  const insertWindows = (batch: Batch): void => {
    for (const { window, startedAt, methods, customers } of batch.windows) {
      statements.window.run(window, startedAt);
      for (const count of methods) {
        statements.windowMethod.run(
          window,
          methodIds(count.key),
          count.seen,
          count.forced,
          count.threshold,
        );
      }
      for (const count of customers) {
        statements.windowCustomer.run(window, customerIds(count.key), count.seen, count.threshold);
      }
    }
  };

  const evict = (ids: readonly number[]): number => {
    let gone = 0;
    for (const id of ids) {
      gone += statements.evict.run(id).changes;
      statements.evictLarge.run(id);
    }
    return gone;
  };

  const transaction = database.transaction((batch: Batch): boolean => {
    if (batch.number <= (statements.lastBatch.get()?.last_batch ?? 0)) return false;
    insertRows(batch);
    insertWindows(batch);
    let seen = batch.rows.length;
    for (const [reason, exchanges] of Object.entries(batch.drops)) {
      statements.drop.run(reason, exchanges);
      seen += exchanges;
    }
    for (const gap of batch.gaps)
      statements.gap.run(gap.minute, gap.reason, gap.connections, gap.bytes);
    const evicted = evict(batch.evicted);
    if (evicted > 0) statements.drop.run("sampled-out", evicted);
    statements.progress.run(seen, batch.number);
    return true;
  });

  return {
    store(batch) {
      try {
        return transaction.immediate(batch);
      } catch (error) {
        // Names given out inside the rolled back transaction do not exist.
        methodIds.forget();
        customerIds.forget();
        throw error;
      }
    },
  };
}

type NameIds = ((name: string) => number) & { forget(): void };

function nameIds(database: Database.Database, table: string, column: string): NameIds {
  const insert = database.prepare(
    `INSERT INTO ${table} (${column}) VALUES (?) ON CONFLICT DO NOTHING`,
  );
  const select = database.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`).pluck();
  const known = new Map<string, number>();
  const idOf = (name: string): number => {
    let id = known.get(name);
    if (id === undefined) {
      insert.run(name);
      id = Number(select.get(name));
      known.set(name, id);
    }
    return id;
  };
  return Object.assign(idOf, { forget: () => known.clear() });
}

function columns(
  row: ExchangeRow,
  methodIds: NameIds,
  customerIds: NameIds,
): (string | number | null)[] {
  return [
    row.id,
    Math.round(row.at),
    row.durationMs,
    row.protocol,
    row.transport,
    row.connection,
    methodIds(row.method),
    row.customer === null ? null : customerIds(row.customer),
    row.name,
    row.status,
    row.errorCode,
    row.requestBytes,
    row.responseBytes,
    row.window,
    row.priority,
    row.forced ? 1 : 0,
    row.unreplayable,
  ];
}

function prepare(database: Database.Database) {
  return {
    block: database.prepare("INSERT INTO blocks (bytes, data) VALUES (?, ?)"),
    exchange: database.prepare(
      `INSERT INTO exchanges (id, at, duration_ms, protocol, transport, connection, method, customer, name, status,
        error_code, request_bytes, response_bytes, "window", priority, forced, unreplayable, block, start, length)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    largeBody: database.prepare(
      "INSERT INTO large_bodies (exchange, side, bytes, sha256) VALUES (?, ?, ?, ?)",
    ),
    window: database.prepare(
      "INSERT INTO windows (id, started_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    // Counts only grow and thresholds only fall, so that frames which are sent again may come in any order.
    windowMethod: database.prepare(
      `INSERT INTO window_methods ("window", method, seen, forced, threshold) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET seen = max(seen, excluded.seen), forced = max(forced, excluded.forced), threshold = min(threshold, excluded.threshold)`,
    ),
    windowCustomer: database.prepare(
      `INSERT INTO window_customers ("window", customer, seen, threshold) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET seen = max(seen, excluded.seen), threshold = min(threshold, excluded.threshold)`,
    ),
    evict: database.prepare("DELETE FROM exchanges WHERE id = ?"),
    evictLarge: database.prepare("DELETE FROM large_bodies WHERE exchange = ?"),
    drop: database.prepare(
      `INSERT INTO drops (reason, exchanges) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges`,
    ),
    gap: database.prepare(
      `INSERT INTO gaps (minute, reason, connections, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET connections = connections + excluded.connections, bytes = bytes + excluded.bytes`,
    ),
    lastBatch: database.prepare<[], { last_batch: number }>("SELECT last_batch FROM recording"),
    progress: database.prepare("UPDATE recording SET seen = seen + ?, last_batch = ?"),
  };
}
