import { once } from "node:events";
import { connect } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { WebSocket } from "ws";

/** A secret of its own for each place. */
export type Canary = (place: string) => string;

const ANSWER_MS = 150;
const call = (key: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":"foo_bar","params":["${key}"]}`;

function post(body: string | Buffer, head = "", target = "/"): Buffer {
  return Buffer.concat([
    Buffer.from(
      `POST ${target} HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
    ),
    Buffer.from(body),
  ]);
}

const chunked = (head: string, chunks: string): Buffer =>
  Buffer.from(
    `POST / HTTP/1.1\r\nHost: node\r\n${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`,
  );
const encoded = (name: string, body: Buffer): Buffer => post(body, `Content-Encoding: ${name}\r\n`);

/** Bytes as some client may send them: places that no library for clients lets one reach. */
const CONVERSATIONS: Readonly<Record<string, (key: string) => Buffer>> = {
  "a trailer": (key) => chunked("Trailer: x-key\r\n", `2\r\n{}\r\n0\r\nx-key: ${key}\r\n\r\n`),
  "a trailer's name": (key) => chunked("", `2\r\n{}\r\n0\r\nx-${key}: 1\r\n\r\n`),
  "a chunk's extension": (key) => chunked("", `2;key=${key}\r\n{}\r\n0\r\n\r\n`),
  "a chunk's extension, quoted": (key) => chunked("", `2;key="${key}"\r\n{}\r\n0\r\n\r\n`),
  "a key over two chunks": (key) =>
    chunked(
      "",
      [call(key).slice(0, 60), call(key).slice(60)]
        .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
        .join("")
        .concat("0\r\n\r\n"),
    ),
  "UTF-16, little-endian": (key) => post(Buffer.from(`\uFEFF${call(key)}`, "utf16le")),
  "UTF-16, big-endian": (key) => post(Buffer.from(`\uFEFF${call(key)}`, "utf16le").swap16()),
  "UTF-16 without a mark": (key) => post(Buffer.from(call(key), "utf16le")),
  "gzip, a request": (key) => encoded("gzip", gzipSync(call(key))),
  "deflate, a request": (key) => encoded("deflate", deflateSync(call(key))),
  "brotli, a request": (key) => encoded("br", brotliCompressSync(call(key))),
  "zstd, a request": (key) => encoded("zstd", zstdCompressSync(call(key))),
  "gzip that is none": (key) => encoded("gzip", Buffer.from(call(key))),
  "an unknown encoding": (key) => encoded(key, Buffer.from(call("x"))),
  "the first line, absolute": (key) => post(call("x"), "", `http://me:${key}@node/v2/`),
  "the first line's fragment": (key) => post(call("x"), "", `/v2/#${key}`),
  "a space in the target": (key) => post(call("x"), "", `/v2/ ${key}`),
  "bytes in the target": (key) => post(call("x"), "", `/v2/\u00e4${key}`),
  "no HTTP": (key) => Buffer.from(`${key}\r\n\r\n`),
  "the version": (key) => Buffer.from(`POST / HTTP/${key}\r\n\r\n`),
  "the verb": (key) => Buffer.from(`${key} / HTTP/1.1\r\nHost: node\r\n\r\n`),
  "a folded header": (key) => post(call("x"), `X-A: 1\r\n ${key}\r\n`),
  "a header's name": (key) => post(call("x"), `X-${key}: 1\r\n`),
  "a header without a colon": (key) => post(call("x"), `${key}\r\n`),
  "a header behind a bare LF": (key) => post(call("x"), `X-A: 1\nX-B: ${key}\r\n`),
  CONNECT: (key) => Buffer.from(`CONNECT ${key}:443 HTTP/1.1\r\nHost: node\r\n\r\n`),
  "half a request": (key) => post(call(key), "Content-Length: 9999\r\n").subarray(0, 240),
  "Expect: 100-continue": (key) => post(call(key), "Expect: 100-continue\r\n"),
  "a body with a GET": (key) =>
    Buffer.from(
      `GET / HTTP/1.1\r\nHost: node\r\nContent-Length: ${call(key).length}\r\n\r\n${call(key)}`,
    ),
  "HTTP/1.0": (key) =>
    Buffer.from(
      `POST /v2/${key} HTTP/1.0\r\nContent-Length: ${call("x").length}\r\n\r\n${call("x")}`,
    ),
  "the reason of an answer": (key) => post(call("x"), `X-Reason: ${key}\r\n`),
  "a trailer of an answer": (key) => post(call("x"), `X-Trailer: ${key}\r\n`),
  "a redirect": (key) => post(call("x"), `X-Location: https://node/v3/${key}\r\n`),
};

/** Sends them, a connection each, and reads what comes. Gives how many. */
export async function driveWire(url: string, canary: Canary): Promise<number> {
  const { port } = new URL(url);
  for (const [place, bytes] of Object.entries(CONVERSATIONS)) {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.write(bytes(canary(`on the wire, ${place}`)));
    const closed = once(socket, "close");
    const limit = setTimeout(() => socket.destroy(), ANSWER_MS);
    await closed;
    clearTimeout(limit);
  }
  await driveSockets(url, canary);
  return Object.keys(CONVERSATIONS).length;
}

/** Every place of a WebSocket in which bytes can stand. */
async function driveSockets(url: string, canary: Canary): Promise<void> {
  for (const compressed of [false, true]) {
    const at = (place: string): string =>
      canary(`WebSocket${compressed ? ", compressed" : ""}, ${place}`);
    const socket = new WebSocket(
      `${url.replace("http", "ws")}/v3/${at("path")}?auth=${at("query")}`,
      ["json", `key.${at("sub-protocol")}`],
      {
        perMessageDeflate: compressed ? { threshold: 0 } : false,
        headers: { cookie: `s=${at("cookie")}`, authorization: `Bearer ${at("bearer")}` },
      },
    );
    socket.on("error", () => {});
    await once(socket, "open");
    socket.ping(at("ping"));
    socket.pong(at("pong"));
    const sent = [
      call(at("parameter")),
      at("text that is no JSON"),
      Buffer.from(call(at("binary"))),
      Buffer.from(at("binary that is no JSON")),
      `{"jsonrpc":"2.0","id":"${at("id")}","method":"eth_chainId"}`,
      `{"jsonrpc":"2.0","method":"eth_subscribe","params":["${at("notification")}"]}`,
      `[${call(at("batch"))},{"jsonrpc":"2.0","id":2,"method":"x_${at("method")}"}]`,
      `{"jsonrpc":"2.0","id":3,"result":"${at("an answer by the client")}"}`,
      `{"id":4,"type":"connection_init","payload":{"Authorization":"${at("GraphQL's init")}"}}`,
    ];
    for (const message of sent) {
      const answered = once(socket, "message");
      socket.send(message);
      await answered;
    }
    const key = at("frames");
    socket.send(call(key).slice(0, 70), { fin: false });
    socket.send(call(key).slice(70), { fin: true });
    await once(socket, "message");
    socket.close(4000, at("close reason"));
    await once(socket, "close");
  }
}
