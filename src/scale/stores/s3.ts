import { createHash, randomUUID } from "node:crypto";
import {
  createWriteStream,
  existsSync,
  openSync,
  closeSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "../../make-folder.ts";
import {
  addressOf,
  isS3,
  openClient,
  storeError,
  type Environment,
  type S3Address,
} from "./client.ts";

/**
 * Files as this machine has them: paths as they are, `s3://` objects fetched, each version once a machine. Credentials, region and
 * endpoint are AWS's own (`AWS_…`, profiles, roles of machines and pods). Throws usage errors for what is not there,
 * and run failures for a store that can't be reached.
 */
export async function localFiles(
  uris: readonly string[],
  cwd: string,
  env: Environment,
): Promise<string[]> {
  const files: string[] = [];
  for (const uri of uris)
    files.push(isS3(uri) ? await fetchOnce(addressOf(uri), uri, env) : path.resolve(cwd, uri));
  return files;
}

/** A fetch whose lock was not touched for this long is taken for dead. */
const DEAD_MS = 30_000;
const LOOK_MS = 200;

async function fetchOnce(address: S3Address, uri: string, env: Environment): Promise<string> {
  const s3 = await import("@aws-sdk/client-s3");
  const client = await openClient(env);
  const object = { Bucket: address.bucket, Key: address.key };
  try {
    const head = await client.send(new s3.HeadObjectCommand(object));
    const bytes = head.ContentLength ?? 0;
    const file = cached(uri, head.ETag ?? "", address.key, env);
    const lock = `${file}.lock`;
    makeFolder(path.dirname(file), 0o700);
    for (;;) {
      if (existsSync(file) && statSync(file).size === bytes) return file;
      if (take(lock)) break;
      await sleep(LOOK_MS);
    }
    const part = `${file}.${randomUUID()}`;
    const alive = setInterval(() => utimesSync(lock, new Date(), new Date()), DEAD_MS / 5);
    try {
      const { Body } = await client.send(
        new s3.GetObjectCommand({
          ...object,
          ...(head.ETag === undefined ? {} : { IfMatch: head.ETag }),
        }),
      );
      if (!(Body instanceof Readable)) throw new Error("the store sent no bytes");
      await pipeline(Body, createWriteStream(part, { mode: 0o600 }));
      if (statSync(part).size !== bytes) throw new Error("it was cut short");
      renameSync(part, file);
    } finally {
      clearInterval(alive);
      rmSync(part, { force: true });
      rmSync(lock, { force: true });
    }
    return file;
  } catch (cause) {
    throw storeError(cause, uri);
  } finally {
    client.destroy();
  }
}

/** A folder for each version of an object, so that the file keeps its name, which calls are told apart by. */
function cached(uri: string, version: string, key: string, env: Environment): string {
  const caches = env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  const hash = createHash("sha256").update(`${uri}\n${version}`).digest("hex").slice(0, 32);
  return path.join(caches, "shadowdiff", hash, path.basename(key));
}

/** One fetches, others of this machine wait for it. */
function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const touched = existsSync(lock) ? statSync(lock).mtimeMs : Date.now();
    if (Date.now() - touched > DEAD_MS) rmSync(lock, { force: true });
    return false;
  }
}
