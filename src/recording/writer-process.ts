/**
 * The process that owns the recording file, so that a native crash, a full disk or a stuck one cannot take the traffic along.
 * Reads frames on standard input, answers lines on standard output, ends when its input does.
 */
import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "better-sqlite3";
import type { Network } from "../model/run.ts";
import type { Batch } from "./batch.ts";
import { BLOCK_EXCHANGES } from "./compact.ts";
import { closeRecordingFile, openRecordingFile } from "./file.ts";
import { decodePayload, frameReader } from "./frames.ts";
import type { FromWriter, ToWriter, WriteFailure } from "./frames.ts";
import { batchStore } from "./store.ts";
import type { BatchStore } from "./store.ts";
import { messageOf } from "../errors.ts";

interface OpenFile {
  readonly path: string;
  readonly database: Database.Database;
  readonly store: BatchStore;
  readonly minFreeBytes: number;
  stored: number;
  /** Number of the last frame in it. */
  lastBatch: number;
}

let file: OpenFile | undefined;

function answer(message: FromWriter): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function open(message: Extract<ToWriter, { kind: "open" }>): void {
  const { path, header, minFreeBytes, mayExist } = message;
  try {
    if (!mayExist && existsSync(path)) throw new Error("the file exists already");
    const database = openRecordingFile(path, header);
    file = {
      path,
      database,
      store: batchStore(database),
      minFreeBytes,
      stored: storedIn(database),
      lastBatch:
        database.prepare<[], { last_batch: number }>("SELECT last_batch FROM recording").get()
          ?.last_batch ?? 0,
    };
    answer({ kind: "ready", lastBatch: file.lastBatch, stored: file.stored });
  } catch (error) {
    answer({ kind: "open-failed", reason: failureOf(error, path), message: messageOf(error) });
  }
}

/** Frames that came and are not stored yet: several make a block and a transaction together. */
let waiting: Batch[] = [];
let waitingRows = 0;
let waitingBytes = 0;
let timer: NodeJS.Timeout | undefined;
/** For more frames to come, ms. */
const GATHER_MS = 50;
/** Large bodies are stored before 500 have come: what waits here is lost with the process. */
const BLOCK_BYTES = 8 * 1024 * 1024;

function gather(message: Extract<ToWriter, { kind: "batch" }>, payload: Buffer): void {
  const { rows, records } =
    payload.length === 0 ? { rows: [], records: [] } : decodePayload(payload);
  waiting.push({ ...message.batch, rows, records });
  waitingRows += rows.length;
  waitingBytes += payload.length;
  if (waitingRows >= BLOCK_EXCHANGES || waitingBytes >= BLOCK_BYTES) store();
  else timer ??= setTimeout(store, GATHER_MS);
}

function store(): void {
  clearTimeout(timer);
  timer = undefined;
  const batches = waiting;
  waiting = [];
  waitingRows = 0;
  waitingBytes = 0;
  if (batches.length === 0) return;
  const numbers = batches.map((batch) => batch.number);
  const fail = (reason: WriteFailure, text: string): void => {
    for (const number of numbers) answer({ kind: "failed", number, reason, message: text });
  };
  if (file === undefined) {
    fail("writer-error", "no file is open");
    return;
  }
  try {
    if (file.minFreeBytes > 0 && freeBytes(file.path) < file.minFreeBytes) {
      fail("disk-low", "too little disk space is left");
      return;
    }
    const evictedBefore = sampledOut(file.database);
    const { lastBatch } = file;
    // Sent again after a writer died, and stored by it after all.
    const batch = joined(batches.filter((each) => each.number > lastBatch));
    if (batch !== null && file.store.store(batch)) {
      const sampledHere = batch.drops["sampled-out"] ?? 0;
      const evicted = sampledOut(file.database) - evictedBefore - sampledHere;
      file.stored += batch.rows.length - evicted;
      file.lastBatch = batch.number;
    }
    answer({ kind: "stored", numbers, stored: file.stored, fileBytes: fileBytes(file.path) });
  } catch (error) {
    fail(failureOf(error, file.path), messageOf(error));
  }
}

function joined(batches: readonly Batch[]): Batch | null {
  const last = batches.at(-1);
  if (last === undefined) return null;
  const drops: Record<string, number> = {};
  for (const batch of batches) {
    for (const [reason, exchanges] of Object.entries(batch.drops))
      drops[reason] = (drops[reason] ?? 0) + exchanges;
  }
  return {
    number: last.number,
    rows: batches.flatMap((batch) => batch.rows),
    records: batches.flatMap((batch) => batch.records),
    drops,
    evicted: batches.flatMap((batch) => batch.evicted),
    windows: batches.flatMap((batch) => batch.windows),
    gaps: batches.flatMap((batch) => batch.gaps),
  };
}

function setNetwork({ chainId, genesisHash }: Network): void {
  try {
    file?.database
      .prepare("UPDATE recording SET chain_id = ?, genesis_hash = ? WHERE chain_id = 'unknown'")
      .run(chainId, genesisHash);
  } catch {
    // A full or locked disk: it stays unknown, as it was.
  }
}

function close(): void {
  store();
  const open = file;
  file = undefined;
  if (open === undefined) {
    answer({ kind: "closed" });
    return;
  }
  try {
    closeRecordingFile(open.database);
    answer({ kind: "closed" });
  } catch (error) {
    answer({ kind: "close-failed", message: messageOf(error) });
  }
}

function storedIn(database: Database.Database): number {
  return database.prepare<[], { n: number }>("SELECT count(*) AS n FROM exchanges").get()?.n ?? 0;
}

function sampledOut(database: Database.Database): number {
  const row = database
    .prepare<[], { exchanges: number }>("SELECT exchanges FROM drops WHERE reason = 'sampled-out'")
    .get();
  return row?.exchanges ?? 0;
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}

function fileBytes(path: string): number {
  let bytes = 0;
  for (const each of [path, `${path}-wal`])
    bytes += statSync(each, { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

function failureOf(error: unknown, path: string): WriteFailure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "SQLITE_FULL" || code === "ENOSPC") return "disk-full";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return "file-locked";
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS" || code === "EACCES")
    return "read-only";
  if (code.startsWith("SQLITE_IOERR")) return isFull(path) ? "disk-full" : "io-error";
  return "writer-error";
}

/** A write-ahead log that can't grow comes out as an I/O error. */
function isFull(path: string): boolean {
  try {
    return freeBytes(path) < 1024 * 1024;
  } catch {
    return false;
  }
}

// Ctrl-C reaches the whole process group; the recorder decides when its writer ends, by closing its input.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
// The recorder is gone: nobody reads the answers any more.
process.stdout.on("error", () => process.exit(0));

process.stdin.on(
  "data",
  frameReader((message, payload) => {
    switch (message.kind) {
      case "open":
        open(message);
        return;
      case "batch":
        gather(message, payload);
        return;
      case "network":
        setNetwork(message.network);
        return;
      case "close":
        close();
        return;
      default:
        message satisfies never;
    }
  }),
);
process.stdin.on("end", () => {
  store();
  file?.database.close();
});
