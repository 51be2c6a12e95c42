import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
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
  /** GETs so far, and the bytes that they got. */
  readonly fetched: { requests: number; bytes: number };
  close(): Promise<void>;
}

/** A real S3 server with one bucket, which counts what is fetched. */
export async function startS3(bucket: string): Promise<S3> {
  const directory = mkdtempSync(path.join(tmpdir(), "shadowdiff-s3-"));
  const store = new S3rver({ directory, silent: true, configureBuckets: [{ name: bucket }] });
  await store.configureBuckets();
  const handle = store.callback();
  const fetched = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
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
