import { fileBytes, LONGEST_LINE_BYTES, splitBytes } from "./split-bytes.ts";
import { plainBody, readRawMessage } from "../wire/raw-message.ts";
import type { RawMessage } from "../wire/raw-message.ts";
import type { Imported, Importer } from "./imported.ts";

/** The line of three monkeys; the line ends around it differ where a file went through Windows. */
const SEPARATOR = Buffer.from("\n🐵🙈🙉");
/** Requests that wait for their answer, which may come late or never. */
const MOST_WAITING = 20_000;
/** Their bodies together: what an import may hold, whatever the file. */
const MOST_WAITING_BYTES = 128 * 1024 * 1024;
/** As the largest answer of a replay. */
const LARGEST_BODY_BYTES = 256 * 1024 * 1024;

interface GorRecord {
  readonly type: "request" | "response";
  readonly id: string;
  readonly atNs: bigint;
  readonly latencyNs: bigint | null;
  readonly http: Buffer;
  readonly wasConverted: boolean;
  readonly place: string;
}

/** Records of one id that still lack their other half: an id may come again on a long-lived capture. */
interface Waiting {
  readonly request: GorRecord[];
  readonly response: GorRecord[];
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
    const held = { records: 0, bytes: 0 };
    const hold = (record: GorRecord, sign: 1 | -1): void => {
      held.records += sign;
      held.bytes += sign * record.http.length;
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
      const known = waiting.get(record.id) ?? { request: [], response: [] };
      if (known[record.type].some((each) => isSame(each, record))) {
        yield { bad: { place, reason: "the same record again" } };
        continue;
      }
      known[record.type].push(record);
      waiting.set(record.id, known);
      hold(record, 1);
      const [request] = known.request;
      const [response] = known.response;
      if (request !== undefined && response !== undefined) {
        known.request.shift();
        known.response.shift();
        if (known.request.length + known.response.length === 0) waiting.delete(record.id);
        hold(request, -1);
        hold(response, -1);
        yield await toExchange({ request, response });
      }
      while (held.records > MOST_WAITING || held.bytes > MOST_WAITING_BYTES) {
        const oldest = waiting.entries().next();
        if (oldest.done) break;
        waiting.delete(oldest.value[0]);
        for (const each of halves(oldest.value[1])) {
          hold(each, -1);
          yield await toExchange(alone(each));
        }
      }
    }
    for (const pair of waiting.values()) {
      for (const each of halves(pair)) yield await toExchange(alone(each));
    }
  },
};

interface Pair {
  readonly request?: GorRecord;
  readonly response?: GorRecord;
}

const halves = ({ request, response }: Waiting): GorRecord[] => [...request, ...response];

const alone = (record: GorRecord): Pair =>
  record.type === "request" ? { request: record } : { response: record };

const isSame = (a: GorRecord, b: GorRecord): boolean => a.atNs === b.atNs && a.http.equals(b.http);

/** A record, null for one that is to be left out, or why it can't be read. */
function readRecord(bytes: Buffer, place: string): GorRecord | null | string {
  // The rest of the line of monkeys before it.
  const start = /^\r?\n/.exec(bytes.toString("latin1", 0, 2))?.[0].length ?? 0;
  const newline = bytes.indexOf("\n", start);
  const line = bytes.toString("latin1", start, newline < 0 ? bytes.length : newline);
  const match = /^([123]) ([0-9a-f]+) (\d+)(?: (-?\d+))?$/i.exec(line.trim());
  if (match === null || newline < 0) return "the meta line is not TYPE ID TIMESTAMP [LATENCY]";
  const [, type, id = "", at = "0", latency] = match;
  const http = bytes.subarray(newline + 1, isCrLf(line) ? withoutCr(bytes) : bytes.length);
  if (type === "3" || (type === "2" && isInterim(http))) return null;
  return {
    type: type === "1" ? "request" : "response",
    id,
    // Nanoseconds do not fit a double.
    atNs: BigInt(at),
    latencyNs: latency === undefined ? null : BigInt(latency),
    http,
    // In a file with the line ends of Windows, those within bodies are other ones too.
    wasConverted: isCrLf(line),
    place,
  };
}

const isCrLf = (line: string): boolean => line.endsWith("\r");

function withoutCr(bytes: Buffer): number {
  return bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
}

/** A `100 Continue` alone: the answer that counts is a record of its own. */
function isInterim(http: Buffer): boolean {
  const head = http.toString("latin1", 0, 2_048);
  return /^HTTP\/1\.[01] 1(?!01)\d\d[^\n]*\n(?:[^\n]+\n)*?\s*$/.test(head) && http.length < 2_048;
}

/** The message as it was before line ends were changed, where only so its length is right. */
function readMessage(
  record: GorRecord,
  side: "request" | "response",
  verb = "",
): RawMessage | undefined {
  const message = readRawMessage(record.http, side, verb);
  if (message === undefined || message.whole || !record.wasConverted) return message;
  const body = record.http.indexOf("\r\n\r\n") + 4;
  const text = record.http.toString("latin1", body).replaceAll("\r\n", "\n");
  const before = Buffer.concat([record.http.subarray(0, body), Buffer.from(text, "latin1")]);
  const converted = readRawMessage(before, side, verb);
  return converted?.whole === true ? converted : message;
}

async function toExchange({ request, response }: Pair): Promise<Imported> {
  if (request === undefined) {
    return { bad: { place: response?.place ?? "", reason: "an answer without its request" } };
  }
  const bad = (reason: string): Imported => ({ bad: { place: request.place, reason } });
  const asked = readMessage(request, "request");
  if (asked === undefined) return bad("the request is no HTTP/1 message");
  const answered =
    response === undefined ? undefined : readMessage(response, "response", asked.head.verb);
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
