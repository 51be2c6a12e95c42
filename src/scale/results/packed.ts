import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** A shard's result as it is put into a place: its run, and what its evidence is judged by. */
export interface PackedRun {
  /** Bytes of run.sqlite. */
  readonly run: Buffer;
  /** OpenRPC document that was given with the replay, or null. */
  readonly specification: string | null;
}

/** `SDRR`, the length of the specification (32 bits, all ones for none), the specification, the run; one zstd frame. */
const MAGIC = Buffer.from("SDRR");
const NONE = 0xffffffff;
const HEAD_BYTES = 8;
/** What a result may grow to; a frame that says more is no result of ours. */
const MOST_BYTES = 4 * 1024 ** 3 - 1;

export function pack({ run, specification }: PackedRun): Buffer {
  const text = specification === null ? Buffer.alloc(0) : Buffer.from(specification);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(specification === null ? NONE : text.length);
  return zstdCompressSync(Buffer.concat([MAGIC, length, text, run]), {
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** Null for what is cut short, changed, or no result at all. */
export function unpack(bytes: Buffer): PackedRun | null {
  let whole: Buffer;
  try {
    whole = zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch {
    return null;
  }
  if (whole.length < HEAD_BYTES || !whole.subarray(0, 4).equals(MAGIC)) return null;
  const length = whole.readUInt32LE(4);
  const from = HEAD_BYTES + (length === NONE ? 0 : length);
  if (from > whole.length) return null;
  return {
    run: whole.subarray(from),
    specification: length === NONE ? null : whole.toString("utf8", HEAD_BYTES, from),
  };
}

/** `shard-00003-of-00016-0123456789abcdef.run`: results of other plans have other names. */
export function resultName(plan: string, index: number, of: number): string {
  return `shard-${padded(index)}-of-${padded(of)}-${plan}.run`;
}

export function isResultName(name: string): boolean {
  return /^shard-\d{5,}-of-\d{5,}-[0-9a-f]{16}\.run$/.test(name);
}

function padded(number: number): string {
  return String(number).padStart(5, "0");
}
