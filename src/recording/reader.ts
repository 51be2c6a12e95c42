import { basename } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import type Database from "better-sqlite3";
import { usageError } from "../errors.ts";
import type { Exchange, Protocol, Transport, Unreplayable } from "../model/exchange.ts";
import type { JsonObject } from "../model/json.ts";
import type { RecordingFile, RecordingHeader } from "../model/recording.ts";
import type { RecordingFacts } from "../model/run.ts";
import { contentOf } from "./content.ts";
import { openForReading } from "./database.ts";
import { layoutOf } from "./layout.ts";
import { decodeRecord } from "./record-bytes.ts";
import { weightsOf } from "./weights.ts";

/** Exchanges come in the order they arrived, blocks in the order they ended: neighbours lie in two or three blocks. */
const CACHED_BLOCKS = 4;
/** Rows fetched at a time while reading in order: few enough to be gone before the nursery is swept. */
const PAGE_ROWS = 100;

interface Row {
  readonly id: number;
  readonly at: number;
  readonly duration_ms: number | null;
  readonly protocol: Protocol;
  readonly transport: Transport;
  readonly connection: number | null;
  readonly method: number;
  readonly customer: string | null;
  readonly name: string | null;
  readonly status: number | null;
  readonly window: number;
  readonly forced: number;
  readonly unreplayable: Unreplayable | null;
  readonly block: number;
  readonly start: number;
  readonly length: number;
}

const ROW = `SELECT e.id, e.at, e.duration_ms, e.protocol, e.transport, e.connection, e.method, c.token AS customer, e.name,
  e.status, e."window", e.forced, e.unreplayable, e.block, e.start, e.length
  FROM exchanges e LEFT JOIN customers c ON c.id = e.customer`;

/**
 * Opens a recording, also one that is still being written or whose recorder was killed.
 * Throws a usage error for a missing file, one that is not a recording, or one of a newer format.
 */
export function openRecording(path: string): RecordingFile {
  const database = openForReading(path);
  const header = readHeader(database);
  const facts = readFacts(database, path);
  const weightOf = weightsOf(database);
  let content: string | null = null;
  const block = blockCache(database);
  const one = database.prepare<[number], Row>(`${ROW} WHERE e.id = ?`);
  const page = database.prepare<[number, number], Row>(
    `${ROW} WHERE e.id >= ? AND e.id < ? ORDER BY e.id LIMIT ${PAGE_ROWS}`,
  );

  const toExchange = (row: Row): Exchange => {
    const record = decodeRecord(block(row.block).subarray(row.start, row.start + row.length));
    return {
      id: row.id,
      at: row.at,
      durationMs: row.duration_ms,
      protocol: row.protocol,
      transport: row.transport,
      connection: row.connection,
      customer: row.customer,
      name: row.name,
      request: {
        verb: record.verb,
        path: record.path,
        headers: record.requestHeaders,
        body: record.requestBody,
      },
      response:
        row.status === null
          ? null
          : {
              status: row.status,
              headers: record.responseHeaders ?? {},
              body: record.responseBody,
            },
      probability: 1 / weightOf(row),
      unreplayable: row.unreplayable,
    };
  };

  return {
    path,
    header,
    facts,
    *exchanges(fromId = 0, untilId = Number.MAX_SAFE_INTEGER) {
      let from = fromId;
      for (;;) {
        const rows = page.all(from, untilId);
        for (const row of rows) yield toExchange(row);
        const last = rows.at(-1);
        if (last === undefined) return;
        from = last.id + 1;
      }
    },
    exchange(id) {
      const row = one.get(id);
      return row === undefined ? undefined : toExchange(row);
    },
    layout: layoutOf(database),
    content: () => (content ??= contentOf(database)),
    close: () => database.close(),
  };
}

function blockCache(database: Database.Database): (id: number) => Buffer {
  const select = database.prepare<[number], { data: Buffer }>(
    "SELECT data FROM blocks WHERE id = ?",
  );
  const cached = new Map<number, Buffer>();
  return (id) => {
    const known = cached.get(id);
    if (known !== undefined) return known;
    const bytes = zstdDecompressSync(select.get(id)?.data ?? Buffer.alloc(0));
    const oldest = cached.keys().next();
    if (cached.size >= CACHED_BLOCKS && !oldest.done) cached.delete(oldest.value);
    cached.set(id, bytes);
    return bytes;
  };
}

interface HeaderRow {
  readonly created_at: string;
  readonly source: string;
  readonly chain_id: string;
  readonly genesis_hash: string | null;
  readonly key_id: string | null;
  readonly closed: number;
  readonly options: string;
  readonly seen: number;
}

function headerRow(database: Database.Database): HeaderRow {
  const row = database.prepare<[], HeaderRow>("SELECT * FROM recording").get();
  if (row === undefined) {
    throw usageError(`${database.name} is empty: its recorder ended before it wrote anything`);
  }
  return row;
}

function readHeader(database: Database.Database): RecordingHeader {
  const row = headerRow(database);
  const options: JsonObject = JSON.parse(row.options);
  return {
    formatVersion: Number(database.pragma("user_version", { simple: true })),
    createdAt: row.created_at,
    source: row.source,
    network: { chainId: row.chain_id, genesisHash: row.genesis_hash },
    keyId: row.key_id,
    closed: row.closed === 1,
    options,
  };
}

interface Range {
  readonly stored: number;
  readonly first: number | null;
  readonly last: number | null;
}

/** Counts and times of a recording. `seen` is as the recorder counted it, not the sum. */
export function readFacts(database: Database.Database, path: string): RecordingFacts {
  const range = database
    .prepare<[], Range>(
      "SELECT count(*) AS stored, min(at) AS first, max(at) AS last FROM exchanges",
    )
    .get() ?? { stored: 0, first: null, last: null };
  const drops = database
    .prepare<[], { reason: string; exchanges: number }>("SELECT * FROM drops ORDER BY reason")
    .all();
  return {
    name: basename(path).replace(/\.sqlite$/, ""),
    seen: headerRow(database).seen,
    stored: range.stored,
    dropped: Object.fromEntries(drops.map((drop) => [drop.reason, drop.exchanges])),
    firstAt: range.first,
    lastAt: range.last,
  };
}
