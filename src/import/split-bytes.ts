import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";

/**
 * A file's bytes as a stream, decompressed where it is gzip (also of several members). Text that says by its
 * first bytes that it is UTF-16, as PowerShell's `>` writes it, comes out as UTF-8; a byte order mark is left out.
 */
export async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null | undefined;
  for await (const chunk of rawBytes(path)) {
    const isFirst = decoder === undefined;
    if (decoder === undefined) decoder = decoderFor(chunk);
    if (decoder !== null) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    else yield isFirst && isMarked(chunk) ? chunk.subarray(3) : chunk;
  }
}

function isMarked(start: Buffer): boolean {
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
}

/** For UTF-16 with a mark, or without one where every other byte of an ASCII start is zero; else null. */
function decoderFor(start: Buffer): TextDecoder | null {
  const [a, b, c, d] = start;
  if (a === undefined || b === undefined) return null;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && c !== 0 && d === 0))
    return new TextDecoder("utf-16le");
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && c === 0 && d !== 0))
    return new TextDecoder("utf-16be");
  return null;
}

async function* rawBytes(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!isGzip(path)) {
    yield* file;
    return;
  }
  const gunzip = createGunzip();
  file.on("error", (error) => gunzip.destroy(error));
  try {
    yield* file.pipe(gunzip);
  } finally {
    file.destroy();
  }
}

/** By its first bytes (RFC 1952): a name may say otherwise, since browsers unpack what they load and keep the name. */
function isGzip(path: string): boolean {
  const handle = openSync(path, "r");
  try {
    const start = Buffer.alloc(2);
    return readSync(handle, start, 0, 2, 0) === 2 && start[0] === 0x1f && start[1] === 0x8b;
  } finally {
    closeSync(handle);
  }
}

export interface Part {
  readonly bytes: Buffer;
  /** Counted from 1. */
  readonly number: number;
  /** False for the last one when the separator was missing. */
  readonly ended: boolean;
  /** True where the part was longer than the limit; `bytes` is then empty. */
  readonly tooLong: boolean;
}

/** Splits a stream of bytes at a separator; a part past `limitBytes` is skipped without being held. */
export async function* splitBytes(
  source: AsyncIterable<Buffer>,
  separator: Buffer,
  limitBytes: number,
): AsyncGenerator<Part> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let tail = Buffer.alloc(0);
  let tooLong = false;
  let number = 1;
  const keep = (bytes: Buffer): void => {
    heldBytes += bytes.length;
    if (heldBytes > limitBytes) {
      tooLong = true;
      held = [];
    } else if (!tooLong) held.push(bytes);
  };
  const take = (ended: boolean): Part => {
    const part = { bytes: tooLong ? Buffer.alloc(0) : Buffer.concat(held), number, ended, tooLong };
    number += 1;
    held = [];
    heldBytes = 0;
    tooLong = false;
    return part;
  };
  for await (const chunk of source) {
    let rest = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
    for (let at = rest.indexOf(separator); at >= 0; at = rest.indexOf(separator)) {
      keep(rest.subarray(0, at));
      yield take(true);
      rest = rest.subarray(at + separator.length);
    }
    // The separator may have begun at the end of this chunk.
    const sure = Math.max(0, rest.length - separator.length + 1);
    keep(rest.subarray(0, sure));
    tail = Buffer.from(rest.subarray(sure));
  }
  keep(tail);
  if (heldBytes > 0) yield take(false);
}

const NEWLINE = Buffer.from("\n");
/** V8's longest string is 512 MB; a line this long is no exchange. */
export const LONGEST_LINE_BYTES = 256 * 1024 * 1024;

/** The lines of a file, without their ends; `number` as an editor counts. */
export function fileLines(path: string): AsyncGenerator<Part> {
  return splitBytes(fileBytes(path), NEWLINE, LONGEST_LINE_BYTES);
}
