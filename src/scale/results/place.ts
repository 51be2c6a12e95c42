import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { messageOf, runFailure, usageError } from "../../errors.ts";
import { makeFolder } from "../../make-folder.ts";
import { addressOf, isS3, openClient, storeError, type Environment } from "../stores/client.ts";
import { putOnce } from "../stores/put-once.ts";

/** Where shards put their results, each of which is written once, whole, by whoever comes first. */
export interface ResultPlace {
  /** False where the result is there already: this one does not count. */
  put(name: string, bytes: Buffer): Promise<boolean>;
  /** Names of what is there, in order. */
  list(): Promise<string[]>;
  read(name: string): Promise<Buffer>;
  close(): void;
}

/** A folder that all share, or `s3://BUCKET/FOLDER`. */
export async function openPlace(
  place: string,
  cwd: string,
  env: Environment,
): Promise<ResultPlace> {
  return isS3(place) ? inStore(place, await openClient(env)) : inFolder(path.resolve(cwd, place));
}

function inFolder(folder: string): ResultPlace {
  return {
    put: (name, bytes) => Promise.resolve(linkOnce(folder, name, bytes)),
    list: () =>
      Promise.resolve(
        statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
          ? readdirSync(folder).sort()
          : [],
      ),
    read: (name) => Promise.resolve(readFileSync(path.join(folder, name))),
    close: () => {},
  };
}

/** Written under a name of its own first, and linked: it is there whole or not at all, and a link never replaces a file. */
function linkOnce(folder: string, name: string, bytes: Buffer): boolean {
  const part = path.join(folder, `.${name}.${randomUUID()}`);
  try {
    makeFolder(folder);
    writeFileSync(part, bytes, { flag: "wx", mode: 0o600, flush: true });
    linkSync(part, path.join(folder, name));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw runFailure(`The result can't be put into ${folder}: ${messageOf(cause)}`, { cause });
  } finally {
    rmSync(part, { force: true });
  }
}

const OBJECTS_A_LIST = 1_000;
const MOST_LISTS = 200;

function inStore(uri: string, client: S3Client): ResultPlace {
  const folder = uri.replace(/\/+$/, "");
  const named = (name: string): string => `${folder}/${name}`;
  const { bucket, key } = addressOf(folder);
  return {
    async put(name, bytes) {
      try {
        return await putOnce(client, addressOf(named(name)), bytes);
      } catch (cause) {
        throw storeError(cause, named(name), "written");
      }
    },
    async list() {
      const s3 = await import("@aws-sdk/client-s3");
      const names: string[] = [];
      let after: string | undefined;
      try {
        for (let lists = 0; lists < MOST_LISTS; lists += 1) {
          const { Contents, IsTruncated } = await client.send(
            new s3.ListObjectsV2Command({
              Bucket: bucket,
              Prefix: `${key}/`,
              MaxKeys: OBJECTS_A_LIST,
              ...(after === undefined ? {} : { StartAfter: after }),
            }),
          );
          const keys = (Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
          names.push(...keys.map((each) => each.slice(key.length + 1)));
          after = keys.at(-1);
          if (IsTruncated !== true || after === undefined) return names.sort();
        }
      } catch (cause) {
        throw storeError(cause, folder);
      }
      throw usageError(`${folder} holds too many objects to be one replay's results.`);
    },
    async read(name) {
      const s3 = await import("@aws-sdk/client-s3");
      try {
        const { Body } = await client.send(
          new s3.GetObjectCommand({ Bucket: bucket, Key: `${key}/${name}` }),
        );
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      } catch (cause) {
        throw storeError(cause, named(name));
      }
    },
    close: () => client.destroy(),
  };
}
