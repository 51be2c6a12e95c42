import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** Bodies up to this size are decoded at once: a trip to the thread pool costs more than that. */
const AT_ONCE_BYTES = 64 * 1024;

interface Decoder {
  readonly sync: (body: Buffer, options: Limit) => Buffer;
  readonly later: (body: Buffer, options: Limit) => Promise<Buffer>;
}

interface Limit {
  readonly maxOutputLength: number;
}

const inflate = promisify<Buffer, Limit, Buffer>(zlib.inflate);
const inflateRaw = promisify<Buffer, Limit, Buffer>(zlib.inflateRaw);

const gunzip: Decoder = { sync: zlib.gunzipSync, later: promisify(zlib.gunzip) };

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  deflate: {
    sync: (body, options) => (isZlib(body) ? zlib.inflateSync : zlib.inflateRawSync)(body, options),
    later: (body, options) => (isZlib(body) ? inflate : inflateRaw)(body, options),
  },
  br: { sync: zlib.brotliDecompressSync, later: promisify(zlib.brotliDecompress) },
  zstd: { sync: zlib.zstdDecompressSync, later: promisify(zlib.zstdDecompress) },
};

/** `deflate` is zlib by the standard (method 8, a header that divides by 31) and raw deflate from some servers. */
function isZlib(body: Buffer): boolean {
  return body.length >= 2 && (body.readUInt8(0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}

/** Nobody encodes a body more often; each encoding costs a pass over what the one before it gave. */
const MOST_ENCODINGS = 4;

export type Decoded = { readonly body: Buffer } | { readonly problem: string };

/**
 * A body without its content-encoding. A body that is not what its header says, or that grows past `maxBytes` (a bomb),
 * comes back as a problem in a few words.
 */
export async function decodeBody(
  body: Buffer,
  encoding: string,
  maxBytes: number,
): Promise<Decoded> {
  const steps = decoders(encoding);
  if ("problem" in steps) return steps;
  let decoded = body;
  for (const { word, decoder } of steps) {
    try {
      const options = { maxOutputLength: Math.max(1, maxBytes) };
      decoded =
        decoded.length <= AT_ONCE_BYTES
          ? decoder.sync(decoded, options)
          : await decoder.later(decoded, options);
    } catch (error) {
      return problemOf(error, word, maxBytes);
    }
  }
  return { body: decoded };
}

/** The same at once, for a thread on which nobody else waits. */
export function decodeBodyNow(body: Buffer, encoding: string, maxBytes: number): Decoded {
  const steps = decoders(encoding);
  if ("problem" in steps) return steps;
  let decoded = body;
  for (const { word, decoder } of steps) {
    try {
      decoded = decoder.sync(decoded, { maxOutputLength: Math.max(1, maxBytes) });
    } catch (error) {
      return problemOf(error, word, maxBytes);
    }
  }
  return { body: decoded };
}

/** What undoes each encoding of a header's value, from the last that was applied. */
function decoders(
  encoding: string,
): readonly { readonly word: string; readonly decoder: Decoder }[] | { readonly problem: string } {
  const words = encoding.toLowerCase().split(",").reverse();
  if (words.length > MOST_ENCODINGS) return { problem: "too many content-encodings" };
  const steps = [];
  for (const name of words) {
    const word = name.trim();
    if (word === "" || word === "identity") continue;
    const decoder = Object.hasOwn(DECODERS, word) ? DECODERS[word] : undefined;
    if (decoder === undefined) return { problem: `unknown content-encoding ${word.slice(0, 20)}` };
    steps.push({ word, decoder });
  }
  return steps;
}

function problemOf(error: unknown, word: string, maxBytes: number): { readonly problem: string } {
  const tooLong = error instanceof RangeError;
  return { problem: tooLong ? `decodes to more than ${maxBytes} bytes` : `not ${word}` };
}

/** The same for a caller to whom a body that can't be decoded is an error. */
export async function decodedBody(
  body: Buffer,
  encoding: string,
  maxBytes: number,
): Promise<Buffer> {
  const decoded = await decodeBody(body, encoding, maxBytes);
  if ("problem" in decoded) throw new Error(decoded.problem);
  return decoded.body;
}
