import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { deflateRawSync, gzipSync } from "node:zlib";
import { WebSocket } from "ws";

/** Something that a client should not do, done once; resolves when it is over. */
export interface Hostility {
  readonly name: string;
  act(port: number): Promise<void>;
}

const wait = async (ms: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, ms));
const list = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join(",");
const rpc = (body: string, id = 1): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"eth_call","params":${body}}`;
const MIB = 1024 * 1024;

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  await new Promise((resolve) => {
    socket.once("connect", resolve);
    socket.once("close", resolve);
  });
  return socket;
}

/** Sends bytes, reads or not, and goes away after a while. */
async function raw(
  port: number,
  parts: Iterable<string | Buffer>,
  { reads = true, lingersMs = 200, resets = false } = {},
): Promise<void> {
  const socket = await open(port);
  if (reads) socket.resume();
  else socket.pause();
  for (const part of parts) {
    if (socket.destroyed) break;
    if (!socket.write(part)) {
      await new Promise((resolve) => {
        socket.once("drain", resolve);
        socket.once("close", resolve);
        setTimeout(resolve, 2_000);
      });
    }
  }
  await wait(lingersMs);
  if (resets) socket.resetAndDestroy();
  else socket.destroy();
}

async function post(port: number, body: string | Buffer, encoding = "identity"): Promise<void> {
  await new Promise<void>((resolve) => {
    const headers = { "content-encoding": encoding, "content-length": Buffer.byteLength(body) };
    const sent = request(
      { port, host: "127.0.0.1", method: "POST", agent: false, headers, timeout: 20_000 },
      (response) => {
        response.resume();
        response.once("close", resolve);
      },
    );
    sent.once("error", () => resolve());
    sent.once("timeout", () => sent.destroy());
    sent.end(body);
  });
}

async function webSocket(port: number, act: (socket: WebSocket) => void): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: true });
  socket.on("error", () => {});
  await new Promise((resolve) => {
    socket.once("open", resolve);
    socket.once("close", resolve);
  });
  if (socket.readyState === WebSocket.OPEN) act(socket);
  await wait(1_000);
  socket.terminate();
}

type Made = [body: string | Buffer, encoding?: string];
const made = new Map<string, Made>();
const bodies: Record<string, () => Made> = {
  "a gzip bomb of 500 MB": () => [gzipSync(Buffer.alloc(500_000_000, " ")), "gzip"],
  "a bomb in a bomb": () => [gzipSync(gzipSync(Buffer.alloc(100_000_000, "["))), "gzip, gzip"],
  "10,000 raw transactions in one batch": () => [
    gzipSync(
      `[${list(10_000, (id) => `{"jsonrpc":"2.0","id":${id},"method":"eth_sendRawTransaction","params":["0x${(1e6 + id).toString(16)}"]}`)}]`,
    ),
    "gzip",
  ],
  "150,000 passwords": () => [
    gzipSync(`[${list(150_000, (id) => `{"password":"p-${id}-abcdef"}`)}]`),
    "gzip",
  ],
  "a batch of 170,000 calls": () => [`[${list(170_000, () => rpc('[{"to":"0x1"}]'))}]`],
  "an object of 900,000 keys": () => [rpc(`[{${list(900_000, (id) => `"k${id}":1`)}}]`)],
  "a list of 5,000,000 levels": () => [rpc("[".repeat(5_000_000))],
  "objects 1,000,000 deep": () => ['{"a":'.repeat(1_000_000)],
  "passwords 200,000 deep": () => [`${'{"password":'.repeat(200_000)}1${"}".repeat(200_000)}`],
  "one string of 15 MB": () => [rpc(`["${"eyJ".repeat(5_000_000)}"]`)],
  "4,000,000 escaped quotes": () => [rpc(`["${'\\"'.repeat(4_000_000)}"]`)],
  "a number of 10 MB": () => [rpc(`[${"9".repeat(10_000_000)}]`)],
  "a method's name of 10 MB": () => [`{"id":1,"method":"${"m".repeat(10_000_000)}"}`],
  "an id of 10 MB": () => [`{"id":"${"i".repeat(10_000_000)}","method":"eth_call"}`],
  "hex of 15 MB": () => [rpc(`["0x${"ab".repeat(7_000_000)}"]`)],
  "15 MB of noise": () => [randomBytes(15_000_000)],
  "noise that claims to be zstd": () => [randomBytes(200_000), "zstd"],
  "a body cut in its gzip": () => [gzipSync(randomBytes(1_000_000)).subarray(0, 500_000), "gzip"],
  "ten encodings": () => [randomBytes(1_000), Array.from({ length: 10 }, () => "gzip").join(",")],
  "an answer of 20 MB": () => [`{"jsonrpc":"2.0","id":1,"method":"test_large"}`],
};

function* tinyChunks(bytes: number): Generator<string> {
  yield "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (let sent = 0; sent < bytes; sent += 5_000) yield "1\r\na\r\n".repeat(5_000);
  yield "0\r\n\r\n";
}

function* tinyFrames(count: number): Generator<string | Buffer> {
  yield "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  yield Buffer.from([0x01, 0x81, 1, 2, 3, 4, 0x7b]);
  const frames = Buffer.concat(
    Array.from({ length: 5_000 }, () => Buffer.from([0x00, 0x81, 1, 2, 3, 4, 5])),
  );
  for (let sent = 0; sent < count; sent += 5_000) yield frames;
}

function invented(index: number): string {
  const body = `{"id":1,"method":"m${Math.random()}_${index}"}`;
  return `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** What is known to have hurt, and its kin: garbage, bombs, half-open connections, what parsers disagree on. */
export const HOSTILITIES: readonly Hostility[] = [
  ...Object.entries(bodies).map(([name, make]) => ({
    name,
    async act(port: number) {
      // Made once: what it costs to make is not what is measured.
      const [body, encoding] = (made.get(name) ?? made.set(name, make()).get(name)) as Made;
      await post(port, body, encoding);
    },
  })),
  {
    name: "noise instead of HTTP",
    act: async (port) => await raw(port, [randomBytes(1 + Math.floor(Math.random() * 100_000))]),
  },
  {
    name: "noise behind a head",
    act: async (port) =>
      await raw(port, [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n",
        randomBytes(200_000),
      ]),
  },
  {
    name: "100 connections with half a head",
    act: async (port) =>
      void (await Promise.all(
        Array.from(
          { length: 100 },
          async () =>
            await raw(port, [`POST / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(100_000)}`], {
              lingersMs: 5_000,
            }),
        ),
      )),
  },
  {
    name: "300 idle connections",
    act: async (port) =>
      void (await Promise.all(
        Array.from({ length: 300 }, async () => await raw(port, [], { lingersMs: 3_000 })),
      )),
  },
  {
    name: "2,000,000 chunks of one byte",
    act: async (port) => await raw(port, tinyChunks(2_000_000)),
  },
  {
    name: "1,000,000 frames of one byte",
    act: async (port) => await raw(port, tinyFrames(1_000_000)),
  },
  {
    name: "resets in the middle",
    act: async (port) => {
      for (let count = 0; count < 30; count += 1)
        await raw(port, ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"], {
          resets: true,
          lingersMs: 5,
        });
    },
  },
  {
    name: "20,000 pipelined requests that nobody reads",
    act: async (port) =>
      await raw(port, ["GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20_000)], {
        reads: false,
        lingersMs: 2_000,
      }),
  },
  {
    name: "large answers that nobody reads",
    act: async (port) =>
      void (await Promise.all(
        Array.from(
          { length: 10 },
          async () =>
            await raw(
              port,
              [
                'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"test_large"',
              ],
              { reads: false, lingersMs: 3_000 },
            ),
        ),
      )),
  },
  ...[
    "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    `GET / HTTP/1.1\r\n${"A: b\r\n".repeat(40_000)}\r\n`,
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
  ].map((text, index) => ({
    name: `what parsers disagree on, ${index + 1}`,
    act: async (port: number) => await raw(port, [text]),
  })),
  {
    name: "a WebSocket message that inflates to 60 MB",
    act: async (port) =>
      await webSocket(port, (socket) => socket.send(Buffer.alloc(60 * MIB, " "))),
  },
  {
    name: "50 MB of answers that nobody asked for",
    act: async (port) =>
      await webSocket(port, (socket) => {
        for (let id = 0; id < 500; id += 1)
          socket.send(
            `{"jsonrpc":"2.0","id":${id},"result":"${randomBytes(50_000).toString("hex")}"}`,
          );
      }),
  },
  {
    name: "WebSocket frames that are no deflate",
    act: async (port) =>
      await raw(port, [
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        Buffer.concat([
          Buffer.from([0xc1, 0xfe, 0x10, 0x00, 0, 0, 0, 0]),
          deflateRawSync(randomBytes(8_000)).subarray(9, 9 + 4_096),
        ]),
      ]),
  },
  {
    name: "2,500 invented methods",
    act: async (port) => {
      await raw(port, [Array.from({ length: 2_500 }, (_, index) => invented(index)).join("")], {
        lingersMs: 1_000,
      });
    },
  },
];
