import { fileBytes, LONGEST_LINE_BYTES, splitBytes } from "./split-bytes.ts";
import { plainBody, readRawMessage } from "../wire/raw-message.ts";
import type { RawMessage } from "../wire/raw-message.ts";
import type { Imported, Importer } from "./imported.ts";

const SEPARATOR = Buffer.from("\n🐵🙈🙉\n");
/** Requests that wait for their answer, which may come late or never. */
const MOST_WAITING = 20_000;
const MOST_WAITING_BYTES = 128 * 1024 * 1024;
const LARGEST_BODY_BYTES = 256 * 1024 * 1024;

interface GorRecord {
  readonly type: "request" | "response";
  readonly id: string;
  readonly atNs: bigint;
  readonly latencyNs: bigint | null;
  readonly http: Buffer;
  readonly place: string;
}

interface Waiting {
  request?: GorRecord;
  response?: GorRecord;
}

/**
 * GoReplay's files: records of a meta line `TYPE ID TIMESTAMP_NS [LATENCY_NS]` and a raw HTTP message, ended by a line of three
 * monkeys. Requests (1) and answers (2) are separate, in any order, and paired by id; replayed answers (3) are left out.
 */
export const gor: Importer = {
  name: "gor",
  accepts: (name) => /\.gor$/i.test(name),
  looksLike: (start) => /^[123] [0-9a-f]{8,} \d+/i.test(start),
  async *read(path, displayName) {
    const waiting = new Map<string, Waiting>();
    const held = { bytes: 0 };
    const take = (id: string): Waiting | undefined => {
      const pair = waiting.get(id);
      waiting.delete(id);
      held.bytes -= sizeOf(pair);
      return pair;
    };
    for await (const part of splitBytes(fileBytes(path), SEPARATOR, LONGEST_LINE_BYTES)) {
      const place = `${displayName}: record ${part.number}`;
      if (part.tooLong) {
        yield { bad: { place, reason: "the record is too long" } };
        continue;
      }
      if (!part.ended && part.bytes.toString("latin1").trim() === "") continue;
      const record = readRecord(part.bytes, place);
      if (typeof record === "string") {
        yield { bad: { place, reason: record } };
        continue;
      }
      if (record === null) continue;
      const known = waiting.get(record.id) ?? {};
      if (known[record.type] !== undefined) {
        yield { bad: { place, reason: `a second ${record.type} with the same id` } };
        continue;
      }
      known[record.type] = record;
      waiting.set(record.id, known);
      held.bytes += record.http.length;
      if (known.request !== undefined && known.response !== undefined) {
        yield await toExchange(take(record.id) ?? known);
      }
      while (waiting.size > MOST_WAITING || held.bytes > MOST_WAITING_BYTES) {
        const oldest = waiting.keys().next();
        if (oldest.done) break;
        yield await toExchange(take(oldest.value) ?? {});
      }
    }
    for (const pair of waiting.values()) yield await toExchange(pair);
  },
};

function sizeOf(pair: Waiting | undefined): number {
  return (pair?.request?.http.length ?? 0) + (pair?.response?.http.length ?? 0);
}

/** A record, null for one that is to be left out, or why it can't be read. */
function readRecord(bytes: Buffer, place: string): GorRecord | null | string {
  const newline = bytes.indexOf("\n");
  const meta = bytes.toString("latin1", 0, newline < 0 ? bytes.length : newline).trim();
  const match = /^([123]) ([0-9a-f]+) (\d+)(?: (-?\d+))?$/i.exec(meta);
  if (match === null || newline < 0) return "the meta line is not TYPE ID TIMESTAMP [LATENCY]";
  const [, type, id = "", at = "0", latency] = match;
  if (type === "3") return null;
  return {
    type: type === "1" ? "request" : "response",
    id,
    // Nanoseconds do not fit a double.
    atNs: BigInt(at),
    latencyNs: latency === undefined ? null : BigInt(latency),
    http: bytes.subarray(newline + 1),
    place,
  };
}

async function toExchange({ request, response }: Waiting): Promise<Imported> {
  if (request === undefined) {
    return { bad: { place: response?.place ?? "", reason: "an answer without its request" } };
  }
  const bad = (reason: string): Imported => ({ bad: { place: request.place, reason } });
  const asked = readRawMessage(request.http, "request");
  if (asked === undefined) return bad("the request is no HTTP/1 message");
  const answered =
    response === undefined ? undefined : readRawMessage(response.http, "response", asked.head.verb);
  if (response !== undefined && answered === undefined)
    return bad("the answer is no HTTP/1 message");
  try {
    return {
      exchange: {
        at: Number(request.atNs / 1_000n) / 1_000,
        durationMs: response === undefined ? null : durationMs(request, response),
        name: null,
        customer: null,
        transport: "http",
        requestHead: asked.head,
        requestBody: asked.whole ? await plainBody(asked, LARGEST_BODY_BYTES) : null,
        responseHead: answered?.head ?? null,
        responseBody:
          answered?.whole === true ? await plainBody(answered, LARGEST_BODY_BYTES) : null,
        incomplete: !asked.whole || isCut(answered),
      },
    };
  } catch {
    return bad("a body does not decode as its Content-Encoding says");
  }
}

function isCut(answered: RawMessage | undefined): boolean {
  return answered !== undefined && !answered.whole;
}

function durationMs(request: GorRecord, response: GorRecord): number | null {
  const latency = response.latencyNs ?? response.atNs - request.atNs;
  return latency < 0n ? null : Number(latency) / 1e6;
}
