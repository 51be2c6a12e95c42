import type { Batch, ExchangeRow, LargeBody } from "./batch.ts";
import type { Network } from "../model/run.ts";
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
      /** Its rows and records follow the frame's text, as encodePayload made them. */
      readonly batch: Omit<Batch, "records" | "rows">;
    }
  /** Which network it is, where the file does not know yet. */
  | { readonly kind: "network"; readonly network: Network }
  /** Ends the file; an `open` for the next may follow. */
  | { readonly kind: "close" };

/** What the writer answers, a JSON line each on its standard output. */
export type FromWriter =
  | { readonly kind: "ready"; readonly lastBatch: number; readonly stored: number }
  | { readonly kind: "open-failed"; readonly reason: WriteFailure; readonly message: string }
  | {
      readonly kind: "stored";
      readonly numbers: readonly number[];
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

type RowTuple = readonly [
  id: number,
  at: number,
  durationMs: number | null,
  protocol: ExchangeRow["protocol"],
  transport: ExchangeRow["transport"],
  connection: number | null,
  method: string,
  customer: string | null,
  name: string | null,
  status: number | null,
  errorCode: number | null,
  requestBytes: number,
  responseBytes: number | null,
  window: number,
  priority: number,
  forced: boolean,
  unreplayable: ExchangeRow["unreplayable"],
  large: readonly LargeBody[],
];

function toTuple(row: ExchangeRow): RowTuple {
  return [
    row.id,
    row.at,
    row.durationMs,
    row.protocol,
    row.transport,
    row.connection,
    row.method,
    row.customer,
    row.name,
    row.status,
    row.errorCode,
    row.requestBytes,
    row.responseBytes,
    row.window,
    row.priority,
    row.forced,
    row.unreplayable,
    row.large,
  ];
}

function fromTuple(tuple: RowTuple): ExchangeRow {
  return {
    id: tuple[0],
    at: tuple[1],
    durationMs: tuple[2],
    protocol: tuple[3],
    transport: tuple[4],
    connection: tuple[5],
    method: tuple[6],
    customer: tuple[7],
    name: tuple[8],
    status: tuple[9],
    errorCode: tuple[10],
    requestBytes: tuple[11],
    responseBytes: tuple[12],
    window: tuple[13],
    priority: tuple[14],
    forced: tuple[15],
    unreplayable: tuple[16],
    large: tuple[17],
  };
}

/**
 * Rows and their records as one piece, which whoever passes it on need not read: length of the JSON (32-bit little-endian),
 * the JSON (rows as tuples, half the text of objects; lengths of the records), the records.
 */
export function encodePayload(
  rows: readonly ExchangeRow[],
  records: readonly Buffer[],
): Uint8Array<ArrayBuffer> {
  const lengths = records.map((record) => record.length);
  const text = JSON.stringify([rows.map(toTuple), lengths]);
  const textBytes = Buffer.byteLength(text);
  const total = lengths.reduce((sum, length) => sum + length, 4 + textBytes);
  // A block of its own: it may be given away to another thread.
  const payload = Buffer.from(new ArrayBuffer(total));
  payload.writeUInt32LE(textBytes, 0);
  payload.write(text, 4);
  let at = 4 + textBytes;
  for (const record of records) at += record.copy(payload, at);
  return payload;
}

export function decodePayload(payload: Buffer): {
  rows: ExchangeRow[];
  records: Buffer[];
} {
  const textBytes = payload.readUInt32LE(0);
  const [tuples, lengths]: [RowTuple[], number[]] = JSON.parse(
    payload.toString("utf8", 4, 4 + textBytes),
  );
  let at = 4 + textBytes;
  const records = lengths.map((length) => payload.subarray(at, (at += length)));
  return { rows: tuples.map(fromTuple), records };
}

/** A frame: length of the JSON, length of the payload (32-bit little-endian each), the JSON. The payload follows it. */
export function encodeFrame(message: ToWriter, payloadBytes = 0): Buffer {
  const text = JSON.stringify(message);
  const textBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(8 + textBytes);
  frame.writeUInt32LE(textBytes, 0);
  frame.writeUInt32LE(payloadBytes, 4);
  frame.write(text, 8);
  return frame;
}

/** Takes bytes as they come and calls back for each whole frame. */
export function frameReader(
  onFrame: (message: ToWriter, payload: Buffer) => void,
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
