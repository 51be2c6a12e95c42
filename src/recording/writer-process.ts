/**
 * The process that owns the recording file, so that a native crash, a full disk or a stuck one cannot take the traffic along.
 * Reads frames on standard input, answers lines on standard output, ends when its input does.
 */
import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "better-sqlite3";
import { closeRecordingFile, openRecordingFile } from "./file.ts";
import { frameReader, fromTuple } from "./frames.ts";
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
    };
    const last = database
      .prepare<[], { last_batch: number }>("SELECT last_batch FROM recording")
      .get();
    answer({ kind: "ready", lastBatch: last?.last_batch ?? 0, stored: file.stored });
  } catch (error) {
    answer({ kind: "open-failed", reason: failureOf(error, path), message: messageOf(error) });
  }
}

function store(message: Extract<ToWriter, { kind: "batch" }>, bytes: Buffer): void {
  const { number } = message.batch;
  if (file === undefined) {
    answer({ kind: "failed", number, reason: "writer-error", message: "no file is open" });
    return;
  }
  try {
    if (file.minFreeBytes > 0 && freeBytes(file.path) < file.minFreeBytes) {
      answer({
        kind: "failed",
        number,
        reason: "disk-low",
        message: "too little disk space is left",
      });
      return;
    }
    let at = 0;
    const records = message.lengths.map((length) => bytes.subarray(at, (at += length)));
    const evictedBefore = sampledOut(file.database);
    if (file.store.store({ ...message.batch, rows: message.rows.map(fromTuple), records })) {
      const sampledHere = message.batch.drops["sampled-out"] ?? 0;
      const evicted = sampledOut(file.database) - evictedBefore - sampledHere;
      file.stored += message.rows.length - evicted;
    }
    answer({ kind: "stored", number, stored: file.stored, fileBytes: fileBytes(file.path) });
  } catch (error) {
    answer({
      kind: "failed",
      number,
      reason: failureOf(error, file.path),
      message: messageOf(error),
    });
  }
}

function close(): void {
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
  frameReader((message, records) => {
    switch (message.kind) {
      case "open":
        open(message);
        return;
      case "batch":
        store(message, records);
        return;
      case "close":
        close();
        return;
      default:
        message satisfies never;
    }
  }),
);
process.stdin.on("end", () => file?.database.close());
