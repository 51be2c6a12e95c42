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

const gunzip: Decoder = { sync: zlib.gunzipSync, later: promisify(zlib.gunzip) };

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  deflate: { sync: inflateEither, later: promisify(zlib.inflate) },
  br: { sync: zlib.brotliDecompressSync, later: promisify(zlib.brotliDecompress) },
  zstd: { sync: zlib.zstdDecompressSync, later: promisify(zlib.zstdDecompress) },
};

/** `deflate` is zlib by the standard and raw from some servers. */
function inflateEither(body: Buffer, options: Limit): Buffer {
  return ((body[0] ?? 0) & 0x0f) === 0x08
    ? zlib.inflateSync(body, options)
    : zlib.inflateRawSync(body, options);
}

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
  let decoded = body;
  for (const name of encoding.toLowerCase().split(",").reverse()) {
    const word = name.trim();
    if (word === "" || word === "identity") continue;
    const decoder = Object.hasOwn(DECODERS, word) ? DECODERS[word] : undefined;
    if (decoder === undefined) return { problem: `unknown content-encoding ${word.slice(0, 20)}` };
    try {
      const options = { maxOutputLength: maxBytes };
      decoded =
        decoded.length <= AT_ONCE_BYTES
          ? decoder.sync(decoded, options)
          : await decoder.later(decoded, options);
    } catch (error) {
      const tooLong = error instanceof RangeError;
      return { problem: tooLong ? `decodes to more than ${maxBytes} bytes` : `not ${word}` };
    }
  }
  return { body: decoded };
}
