import type { Batch } from "./batch.ts";
import type { NewRecording } from "./file.ts";

/** What the recorder tells its writer, over the writer's standard input. */
export type ToWriter =
  | {
      readonly kind: "open";
      readonly path: string;
      readonly header: NewRecording;
      /** Free bytes to leave on the disk. */
      readonly minFreeBytes: number;
      /** The file may be there already: the writer before this one died. */
      readonly mayExist: boolean;
    }
  | {
      readonly kind: "batch";
      readonly batch: Omit<Batch, "records">;
      readonly lengths: readonly number[];
    }
  /** Ends the file; an `open` for the next may follow. */
  | { readonly kind: "close" };

/** What the writer answers, a JSON line each on its standard output. */
export type FromWriter =
  | { readonly kind: "ready"; readonly lastBatch: number; readonly stored: number }
  | { readonly kind: "open-failed"; readonly reason: WriteFailure; readonly message: string }
  | {
      readonly kind: "stored";
      readonly number: number;
      readonly stored: number;
      readonly fileBytes: number;
    }
  | {
      readonly kind: "failed";
      readonly number: number;
      readonly reason: WriteFailure;
      readonly message: string;
    }
  | { readonly kind: "closed" }
  | { readonly kind: "close-failed"; readonly message: string };

export type WriteFailure =
  | "disk-full"
  | "disk-low"
  | "file-locked"
  | "read-only"
  | "io-error"
  | "writer-error";

/** A frame: length of the JSON, length of the records (32-bit little-endian each), the JSON, the records. */
export function encodeFrame(message: ToWriter, records: readonly Buffer[] = []): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const recordBytes = records.reduce((sum, record) => sum + record.length, 0);
  const head = Buffer.allocUnsafe(8);
  head.writeUInt32LE(json.length, 0);
  head.writeUInt32LE(recordBytes, 4);
  return Buffer.concat([head, json, ...records], 8 + json.length + recordBytes);
}

/** Takes bytes as they come and calls back for each whole frame. */
export function frameReader(
  onFrame: (message: ToWriter, records: Buffer) => void,
): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let needed = 8;
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    // Joined only once a frame is whole: joining on each chunk would copy a large frame many times.
    while (held >= needed) {
      const bytes: Buffer =
        chunks.length === 1 ? (chunks[0] ?? chunk) : Buffer.concat(chunks, held);
      chunks = [bytes];
      const jsonBytes = bytes.readUInt32LE(0);
      const end = 8 + jsonBytes + bytes.readUInt32LE(4);
      if (held < end) {
        needed = end;
        return;
      }
      const message: ToWriter = JSON.parse(bytes.toString("utf8", 8, 8 + jsonBytes));
      chunks = held === end ? [] : [bytes.subarray(end)];
      held -= end;
      needed = 8;
      onFrame(message, bytes.subarray(8 + jsonBytes, end));
    }
  };
}
