import {
  deflateRawSync,
  deflateSync,
  gzipSync,
  brotliCompressSync,
  zstdCompressSync,
} from "node:zlib";
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { decodeBody } from "../../src/wire/decode.ts";

const LIMIT = 10_000_000;
const SMALL = Buffer.from('{"jsonrpc":"2.0","id":1,"result":"0x1"}');
/** Past the size up to which bodies are decoded at once. */
const LARGE = Buffer.from(randomBytes(200_000).toString("hex"));

const ENCODERS = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
  ["GZIP", gzipSync],
] as const;

describe("decoding a body", () => {
  for (const [name, encode] of ENCODERS)
    for (const [size, body] of [
      ["small", SMALL],
      ["large", LARGE],
    ] as const)
      test(`${name} by ${encode.name}, ${size}`, async () => {
        expect(await decodeBody(encode(body), name, LIMIT)).toEqual({ body });
      });

  test("encodings are undone from the last", async () => {
    expect(await decodeBody(brotliCompressSync(gzipSync(SMALL)), "gzip, br", LIMIT)).toEqual({
      body: SMALL,
    });
  });

  test.each([
    ["compress", "unknown content-encoding compress"],
    ["constructor", "unknown content-encoding constructor"],
    ["gzip", "not gzip"],
    ["gzip,gzip,gzip,gzip,gzip", "too many content-encodings"],
  ])("%s of what is not so encoded", async (encoding, problem) => {
    expect(await decodeBody(SMALL, encoding, LIMIT)).toEqual({ problem });
  });

  test.each([gzipSync, deflateRawSync])("a bomb by %o", async (encode) => {
    const name = encode === gzipSync ? "gzip" : "deflate";
    for (const size of [100_000, 100_000_000])
      expect(await decodeBody(encode(Buffer.alloc(size)), name, 1_000)).toEqual({
        problem: "decodes to more than 1000 bytes",
      });
  });

  test("an empty deflate body", async () => {
    expect(await decodeBody(Buffer.alloc(0), "deflate", LIMIT)).toHaveProperty("problem");
  });
});
