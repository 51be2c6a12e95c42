import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** What is used of the S3 server, which has no types. */
interface S3Server {
  callback(): RequestListener;
  configureBuckets(): Promise<unknown>;
}
type S3ServerClass = new (options: object) => S3Server;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module without types
const S3rver = createRequire(import.meta.url)("@20minutes/s3rver") as S3ServerClass;

export interface S3 {
  /** What a client's environment says of it. */
  readonly env: Record<string, string>;
  /** GETs so far, and the bytes that they got; what `If-None-Match: *` refused is counted, too. */
  readonly fetched: { requests: number; bytes: number; refused: number };
  /** Answers the next writes as a store does that wrote and whose answer was lost, or that is away. */
  fail(how: "lost" | "away", times: number): void;
  close(): Promise<void>;
}

/** A real S3 server with one bucket, which counts what is fetched. */
export async function startS3(bucket: string): Promise<S3> {
  const directory = mkdtempSync(path.join(tmpdir(), "shadowdiff-s3-"));
  const store = new S3rver({
    directory,
    silent: true,
    configureBuckets: [{ name: bucket }],
    // It signs a bucket's address without the slash at its end that clients sign it with.
    allowMismatchedSignatures: true,
  });
  await store.configureBuckets();
  const handle = store.callback();
  const fetched = { requests: 0, bytes: 0, refused: 0 };
  const failing = { how: "away", times: 0 };
  /** The server itself ignores the condition: one writer of an object comes after the other, and is refused here. */
  const turns = new Map<string, Promise<unknown>>();
  const isThere = (key: string): boolean =>
    existsSync(path.join(directory, `${decodeURIComponent(key)}._S3rver_object`));
  const writeOnce: RequestListener = (request, response) => {
    // Uploads in parts have one address each, and mean one object.
    const url = (request.url ?? "").split("?")[0] ?? "";
    const over = new Promise((resolve) => response.on("close", resolve));
    const before = turns.get(url) ?? Promise.resolve();
    turns.set(
      url,
      before.then(() => over),
    );
    void before.then(() => {
      if (!isThere(url)) return handle(request, response);
      fetched.refused += 1;
      request.resume();
      response.writeHead(412, { "content-type": "application/xml" });
      response.end("<Error><Code>PreconditionFailed</Code><Message>It is there.</Message></Error>");
    });
  };
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD" && failing.times > 0) {
      failing.times -= 1;
      if (failing.how === "away") {
        response.writeHead(503, { connection: "close" });
        response.end();
        return;
      }
      // What is written stays; nobody hears of it.
      response.end = ((): typeof response => {
        response.destroy();
        return response;
      }) as typeof response.end;
    }
    if (request.headers["if-none-match"] === "*" && request.method !== "GET") {
      writeOnce(request, response);
      return;
    }
    if (request.method === "GET") {
      fetched.requests += 1;
      response.on("finish", () => {
        fetched.bytes += Number(response.getHeader("content-length") ?? 0);
      });
    }
    handle(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  return {
    fetched,
    fail: (how, times) => Object.assign(failing, { how, times }),
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
