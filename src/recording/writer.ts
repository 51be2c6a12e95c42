import { existsSync } from "node:fs";
import { messageOf, usageError } from "../errors.ts";
import type { Exchange } from "../model/exchange.ts";
import type { StratumCount } from "../model/recording.ts";
import type { ExchangeRow, LargeBody } from "./batch.ts";
import { BLOCK_EXCHANGES } from "./compact.ts";
import { closeRecordingFile, openRecordingFile } from "./file.ts";
import type { NewRecording } from "./file.ts";
import { encodeRecord } from "./record-bytes.ts";
import { batchStore } from "./store.ts";

/** Large bodies end a block before 500 exchanges do: whoever reads one exchange inflates its whole block. */
const BLOCK_BYTES = 16 * 1024 * 1024;

/** An exchange to be stored, with what its bodies say: the method it is grouped by and its JSON-RPC error code. */
export interface NewExchange extends Omit<Exchange, "id" | "probability"> {
  readonly method: string;
  readonly errorCode: number | null;
  readonly large?: readonly LargeBody[];
}

/** Writes a recording in this process, one block at a time, everything kept (probability 1). */
export interface RecordingWriter {
  readonly path: string;
  add(exchange: NewExchange): void;
  drop(reason: string, exchanges?: number): void;
  /** Says which key made the tokens, once one was needed. */
  setKey(keyId: string): void;
  /** Writes the rest and closes the file. */
  close(): void;
}

/** Creates a recording at `path`. Throws a usage error where a file is already there or the folder is missing. */
export function createRecording(path: string, header: NewRecording): RecordingWriter {
  if (existsSync(path)) {
    throw usageError(`${path} exists already`, {
      details: ["Choose another --out, or remove the file."],
    });
  }
  const database = openOrExplain(path, header);
  const store = batchStore(database);
  const counts = new Map<string, number>();
  const customers = new Map<string, number>();
  let rows: ExchangeRow[] = [];
  let records: Buffer[] = [];
  let bytes = 0;
  let drops: Record<string, number> = {};
  let number = 0;
  let nextId = 1;

  const flush = (): void => {
    number += 1;
    store.store({
      number,
      rows,
      records,
      drops,
      evicted: [],
      gaps: [],
      windows: [
        {
          window: 1,
          startedAt: header.createdAt,
          methods: allOf(counts),
          customers: allOf(customers),
        },
      ],
    });
    rows = [];
    records = [];
    bytes = 0;
    drops = {};
  };

  return {
    path,
    add(exchange) {
      const record = encodeRecord({
        verb: exchange.request.verb,
        path: exchange.request.path,
        requestHeaders: exchange.request.headers,
        requestBody: exchange.request.body,
        responseHeaders: exchange.response?.headers ?? null,
        responseBody: exchange.response?.body ?? null,
      });
      rows.push(toRow(exchange, nextId));
      records.push(record);
      nextId += 1;
      bytes += record.length;
      counts.set(exchange.method, (counts.get(exchange.method) ?? 0) + 1);
      if (exchange.customer !== null)
        customers.set(exchange.customer, (customers.get(exchange.customer) ?? 0) + 1);
      if (rows.length >= BLOCK_EXCHANGES || bytes >= BLOCK_BYTES) flush();
    },
    drop(reason, exchanges = 1) {
      drops[reason] = (drops[reason] ?? 0) + exchanges;
    },
    setKey(keyId) {
      database.prepare("UPDATE recording SET key_id = ?").run(keyId);
    },
    close() {
      flush();
      closeRecordingFile(database);
    },
  };
}

function toRow(exchange: NewExchange, id: number): ExchangeRow {
  const bytesOf = (side: LargeBody["side"], body: Buffer | null): number =>
    exchange.large?.find((large) => large.side === side)?.bytes ?? body?.length ?? 0;
  return {
    id,
    at: exchange.at,
    durationMs: exchange.durationMs,
    protocol: exchange.protocol,
    transport: exchange.transport,
    connection: exchange.connection,
    method: exchange.method,
    customer: exchange.customer,
    name: exchange.name,
    status: exchange.response?.status ?? null,
    errorCode: exchange.errorCode,
    requestBytes: bytesOf("request", exchange.request.body),
    responseBytes: exchange.response === null ? null : bytesOf("response", exchange.response.body),
    window: 1,
    priority: 0,
    forced: false,
    unreplayable: exchange.unreplayable,
    large: exchange.large ?? [],
  };
}

function openOrExplain(path: string, header: NewRecording) {
  try {
    return openRecordingFile(path, header);
  } catch (cause) {
    throw usageError(`Cannot create the recording ${path}`, {
      cause,
      details: [messageOf(cause)],
    });
  }
}

function allOf(names: ReadonlyMap<string, number>): StratumCount[] {
  return [...names].map(([key, seen]) => ({ key, seen, forced: 0, threshold: 1 }));
}
