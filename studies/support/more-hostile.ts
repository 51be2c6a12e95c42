import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { Hostility } from "./hostile-clients.ts";

const LINGER_MS = 250;
const POST = "POST / HTTP/1.1\r\nHost: x\r\n";
const UPGRADE =
  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const body = (text: string | Buffer, head = ""): Buffer =>
  Buffer.concat([
    Buffer.from(`${POST}${head}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n`),
    Buffer.from(text),
  ]);
const call = (params: string, method = "eth_call"): string =>
  `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`;
const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(",");
/** A masked frame of a client, with a mask of zeros. */
function frame(first: number, payload: Buffer, length = payload.length): Buffer {
  const head = Buffer.alloc(14);
  head[0] = first;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** Streams of bytes, sent as they are. */
const STREAMS: Readonly<Record<string, () => Buffer>> = {
  "a million distinct strings": () => body(call(`[${times(1_000_000, (at) => `"s${at}"`)}]`)),
  "words of a wallet, 4 MB": () => body(call(`["${"legal winner thank year ".repeat(170_000)}"]`)),
  "words of a wallet, each a value": () => body(call(`[${times(400_000, () => '"legal"')}]`)),
  "percent-encoding, 12 MB": () => body(call(`["${"%41".repeat(4_000_000)}"]`)),
  "escapes, 12 MB": () => body(call(`["${"\\u0041".repeat(2_000_000)}"]`)),
  "100,000 URLs": () => body(call(`["${"http://a/b?c=d ".repeat(100_000)}"]`)),
  "100,000 web tokens": () => body(call(`["${"eyJhbGciOiJ.eyJzdWIiOi.c2ln ".repeat(100_000)}"]`)),
  "50,000 distinct keys": () =>
    body(call(`[${times(50_000, (at) => `"k3yN1tr0aB9cD8eF7gH${at}"`)}]`)),
  "numbers of 100,000 digits": () => body(call(`[${times(100, () => "7".repeat(100_000))}]`)),
  exponents: () => body(call(`[${times(300_000, () => "1e9999")}]`)),
  "colons and commas": () => body(`{${":,".repeat(5_000_000)}}`),
  "quotes that open nothing": () => body('"'.repeat(10_000_000)),
  "brackets that only close": () => body("]".repeat(10_000_000)),
  "a key that is a body": () => body(`{"${"k".repeat(12_000_000)}":1}`),
  "10,000 headers": () =>
    body(
      "{}",
      times(10_000, (at) => `X-${at}: k3yN1tr0aB9cD8eF7gH${at}\r\n`).replaceAll(",X", "X"),
    ),
  "200 KB of a cookie": () => body("{}", `Cookie: ${"a=k3yN1tr0aB9c;".repeat(13_000)}\r\n`),
  "200 KB of a target": () =>
    Buffer.from(`GET /${"k3yN1tr0aB9cD8eF7gH6/".repeat(9_500)} HTTP/1.1\r\nHost: x\r\n\r\n`),
  "200 KB of a query": () =>
    Buffer.from(`GET /?${"a=%41%42&".repeat(22_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
  "a chunk of 16 EB": () =>
    Buffer.from(`${POST}Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nab`),
  "a million trailers": () =>
    Buffer.from(`${POST}Transfer-Encoding: chunked\r\n\r\n0\r\n${"a: b\r\n".repeat(1_000_000)}`),
  "chunk extensions": () =>
    Buffer.from(
      `${POST}Transfer-Encoding: chunked\r\n\r\n${"1;a=b;c=d;e=f\r\nx\r\n".repeat(200_000)}0\r\n\r\n`,
    ),
  "a brotli bomb": () =>
    body(brotliCompressSync(Buffer.alloc(200_000_000, "[")), "Content-Encoding: br\r\n"),
  "a zstd bomb": () =>
    body(zstdCompressSync(Buffer.alloc(200_000_000, "{")), "Content-Encoding: zstd\r\n"),
  "a deflate bomb": () =>
    body(deflateSync(Buffer.alloc(200_000_000, "1")), "Content-Encoding: deflate\r\n"),
  "15.9 MB of JSON in gzip": () =>
    body(
      gzipSync(call(`[${times(1_100_000, (at) => `{"a":${at}}`)}]`)),
      "Content-Encoding: gzip\r\n",
    ),
  "5,000 empty gzip bodies": () =>
    Buffer.concat(
      Array.from({ length: 5_000 }, () => body(gzipSync(""), "Content-Encoding: gzip\r\n")),
    ),
  "20,000 heads, none like another": () =>
    Buffer.concat(
      Array.from({ length: 20_000 }, (_, at) =>
        body("{}", `X-Request-Id: k3yN1tr0aB9cD8eF${at}\r\n`),
      ),
    ),
  "a frame of 8 EB": () =>
    Buffer.concat([Buffer.from(`${UPGRADE}\r\n`), frame(0x81, randomBytes(100_000), 2 ** 53 - 1)]),
  "100,000 pings": () =>
    Buffer.concat([
      Buffer.from(`${UPGRADE}\r\n`),
      ...Array.from({ length: 100_000 }, () => Buffer.from([0x89, 0x80, 0, 0, 0, 0])),
    ]),
  "a message in 300,000 fragments": () =>
    Buffer.concat([
      Buffer.from(`${UPGRADE}\r\n`),
      Buffer.from([0x01, 0x81, 0, 0, 0, 0, 0x7b]),
      ...Array.from({ length: 300_000 }, () => Buffer.from([0x00, 0x81, 0, 0, 0, 0, 0x20])),
    ]),
  "20,000 WebSocket calls with ids that repeat": () =>
    Buffer.concat([
      Buffer.from(`${UPGRADE}\r\n`),
      ...Array.from({ length: 20_000 }, () => frame(0x81, Buffer.from(call("[]")))),
    ]),
  "reserved bits and opcodes": () =>
    Buffer.concat([
      Buffer.from(`${UPGRADE}\r\n`),
      ...[0xf3, 0xb4, 0xff, 0x8f].map((first) => frame(first, randomBytes(50))),
    ]),
};

/** Made once each; sent on a connection of its own, and read. */
export const MORE_HOSTILITIES: readonly Hostility[] = Object.entries(STREAMS).map(
  ([name, make]) => {
    let bytes: Buffer | undefined;
    return {
      name,
      async act(port) {
        bytes ??= make();
        const socket = connect({ port, host: "127.0.0.1" });
        socket.on("error", () => {});
        socket.resume();
        const sent = new Promise<void>((resolve) => {
          socket.once("close", () => resolve());
          socket.write(bytes ?? "", () => resolve());
          setTimeout(resolve, 5_000);
        });
        await sent;
        await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
        socket.destroy();
      },
    };
  },
);
