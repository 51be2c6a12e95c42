import type { Headers } from "../model/exchange.ts";

/** What a block holds of one exchange; the rest is in columns. */
export interface RecordParts {
  readonly verb: string;
  readonly path: string;
  readonly requestHeaders: Headers;
  readonly requestBody: Buffer | null;
  /** Null without a response; the status is a column. */
  readonly responseHeaders: Headers | null;
  readonly responseBody: Buffer | null;
}

/** Length that says "no body", which is not the same as an empty one. */
const ABSENT = 0xff_ff_ff_ff;

/**
 * A record: the JSON text `[verb, path, request headers, response headers]`, then the request's body, then the response's,
 * each after its length as a 32-bit little-endian number (0xffffffff: none).
 */
export function encodeRecord(parts: RecordParts): Buffer {
  const head = JSON.stringify([
    parts.verb,
    parts.path,
    parts.requestHeaders,
    parts.responseHeaders,
  ]);
  return encodeRecordWithHead(head, parts.requestBody, parts.responseBody);
}

/** As encodeRecord, for heads whose JSON text is already there: most heads of a connection are the same. */
export function encodeRecordWithHead(
  head: string,
  request: Buffer | null,
  response: Buffer | null,
): Buffer {
  const headBytes = Buffer.byteLength(head);
  const requestBytes = request?.length ?? 0;
  const record = Buffer.allocUnsafe(12 + headBytes + requestBytes + (response?.length ?? 0));
  record.writeUInt32LE(headBytes, 0);
  record.write(head, 4);
  let at = 4 + headBytes;
  record.writeUInt32LE(request === null ? ABSENT : requestBytes, at);
  request?.copy(record, at + 4);
  at += 4 + requestBytes;
  record.writeUInt32LE(response?.length ?? ABSENT, at);
  response?.copy(record, at + 4);
  return record;
}

/** Reads what encodeRecord wrote. The bodies are views into `record`. */
export function decodeRecord(record: Buffer): RecordParts {
  let at = 0;
  const part = (): Buffer | null => {
    const length = record.readUInt32LE(at);
    at += 4;
    if (length === ABSENT) return null;
    const bytes = record.subarray(at, at + length);
    at += length;
    return bytes;
  };
  const [verb, path, requestHeaders, responseHeaders] = headOf(
    (part() ?? Buffer.alloc(0)).toString("utf8"),
  );
  return {
    verb,
    path,
    requestHeaders,
    requestBody: part(),
    responseHeaders,
    responseBody: part(),
  };
}

type Head = readonly [verb: string, path: string, request: Headers, response: Headers | null];

/** Heads that were read last: most of a connection's are the same. */
const heads = new Map<string, Head>();
const REMEMBERED_HEADS = 500;
/** Heads with more than this (a long URL) seldom come twice. */
const LONGEST_HEAD = 4_096;

function headOf(text: string): Head {
  let head = heads.get(text);
  if (head === undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as encodeRecord wrote it
    head = JSON.parse(text) as Head;
    if (heads.size >= REMEMBERED_HEADS) heads.clear();
    if (text.length <= LONGEST_HEAD) heads.set(text, head);
  }
  return head;
}
