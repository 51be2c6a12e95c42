import { createServer, type Socket } from "node:net";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";

/** How a server answers every request on its socket: with these bytes, or by what it does to the connection. */
export type Misbehaviour = (socket: Socket) => void;

const BODY = '{"jsonrpc":"2.0","id":1,"result":"0x7"}';

function http(body: Buffer, headers: string, length = body.length): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function encoded(encoding: string, body: Buffer): Misbehaviour {
  return (socket) => void socket.write(http(body, `Content-Encoding: ${encoding}\r\n`));
}

/** Raw servers, since HTTP libraries refuse to misbehave. */
export const MISBEHAVIOURS = {
  plain: (socket) => void socket.write(http(Buffer.from(BODY), "")),
  gzip: encoded("gzip", gzipSync(BODY)),
  brotli: encoded("br", brotliCompressSync(BODY)),
  deflate: encoded("deflate", deflateSync(BODY)),
  "raw deflate": encoded("deflate", deflateRawSync(BODY)),
  zstd: encoded("zstd", zstdCompressSync(BODY)),
  twice: encoded("gzip, br", brotliCompressSync(gzipSync(BODY))),
  "gzip that is not": encoded("gzip", Buffer.from(BODY)),
  "unknown encoding": encoded("snappy", Buffer.from(BODY)),
  bomb: encoded("gzip", gzipSync(Buffer.alloc(64 * 1024 * 1024))),
  "too long": (socket) => void socket.write(http(Buffer.alloc(3 * 1024 * 1024, 0x20), "")),
  "too long, as announced": (socket) => void socket.write(http(Buffer.alloc(0), "", 200_000_000)),
  "too long, without end": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let chunk = 0; chunk < 40; chunk++) socket.write(`10000\r\n${" ".repeat(0x1_00_00)}\r\n`);
  },
  reset: (socket) => void socket.resetAndDestroy(),
  "closed at once": (socket) => void socket.end(),
  truncated: (socket) => void socket.end(http(Buffer.from(BODY.slice(0, 10)), "", BODY.length)),
  hanging: () => {},
  "hanging within the answer": (socket) =>
    void socket.write(http(Buffer.from(BODY.slice(0, 10)), "", BODY.length)),
  "no HTTP": (socket) => void socket.end("SSH-2.0-OpenSSH_9.6\r\n"),
} as const satisfies Record<string, Misbehaviour>;

export interface MisbehavingServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Answers each chunk that comes in, which is one request, as `behave` does. */
export async function startMisbehaving(behave: Misbehaviour): Promise<MisbehavingServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", () => behave(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
