import { promisify } from "node:util";
import zlib from "node:zlib";

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.gunzip),
  "x-gzip": promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.gunzip),
  deflate: inflate,
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.brotliDecompress),
  zstd: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.zstdDecompress),
};

/**
 * A body without its content-encodings. Rejects for an encoding that is not known, for damaged bytes, and past
 * `limitBytes` (a bomb). The work is done off the main thread.
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string,
  limitBytes: number,
): Promise<Buffer> {
  let bytes = body;
  // Applied in the order listed, so undone from the last.
  for (const encoding of contentEncoding.split(",").reverse()) {
    const name = encoding.trim();
    if (name === "" || name === "identity") continue;
    const decode = DECODERS[name];
    if (decode === undefined) throw new Error("unknown content-encoding");
    bytes = await decode(bytes, { maxOutputLength: Math.max(1, limitBytes) });
  }
  return bytes;
}

/** "deflate" means zlib in the standard and raw deflate with some servers. */
async function inflate(bytes: Buffer, options: { maxOutputLength: number }): Promise<Buffer> {
  const isZlib = ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return await promisify<Buffer, { maxOutputLength: number }, Buffer>(
    isZlib ? zlib.inflate : zlib.inflateRaw,
  )(bytes, options);
}
