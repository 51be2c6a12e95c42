/**
 * The process that uploads what a recorder has finished, so that neither hashing nor a slow store can hold up the traffic. Uploads
 * each closed file, and removes it once the store has said that it has it whole. Prints a JSON line for each.
 */
import { createHash } from "node:crypto";
import { createReadStream, rmSync, statSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { messageOf } from "../errors.ts";
import { finishedFiles } from "../record/writing/rotation.ts";
import { openRecording } from "../recording/reader.ts";
import { addressOf, openClient } from "../scale/stores/client.ts";
import { putFile, type FileFacts } from "../scale/stores/put-file.ts";
import type { Uploaded } from "./upload.ts";

const QUIET = { throwIfNoEntry: false } as const;
/** A file that nobody wrote to for so long is not just being closed. */
const SETTLED_MS = 3_000;
/** Files of other recorders that had the same name in the same second. */
const MOST_NAMESAKES = 100;

async function main(out: string, current: string, to: string): Promise<void> {
  const client = await openClient(process.env);
  try {
    for (const name of finishedFiles(out, current === "" ? null : current)) {
      const file = path.join(path.dirname(out), name);
      // Whoever looks while its writer closes a file would be in the way.
      if ((current !== "" && ageMs(file) < SETTLED_MS) || !isClosed(file)) continue;
      tell(await uploaded(client, file, to));
    }
  } finally {
    client.destroy();
  }
}

function tell(line: Uploaded): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Since the file, or its log, was written to. */
function ageMs(file: string): number {
  const written = ["", "-wal"].map((suffix) => statSync(file + suffix, QUIET)?.mtimeMs ?? 0);
  return Date.now() - Math.max(...written);
}

/** One that is just being closed, or was left by a recorder that was killed, is not for others yet. */
function isClosed(file: string): boolean {
  try {
    const recording = openRecording(file);
    recording.close();
    // What the log holds is not in the file yet: the mark may be there alone.
    return recording.header.closed && (statSync(`${file}-wal`, QUIET)?.size ?? 0) === 0;
  } catch {
    return false;
  }
}

async function uploaded(client: S3Client, file: string, to: string): Promise<Uploaded> {
  try {
    const facts = await factsOf(file);
    const stem = path.basename(file).replace(/\.sqlite$/, "");
    for (let count = 1; count <= MOST_NAMESAKES; count += 1) {
      const uri = `${to}/${stem}${count === 1 ? "" : `-${count}`}.sqlite`;
      if (!(await putFile(client, addressOf(uri), facts))) continue;
      for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
      return { file, uri, error: null };
    }
    return { file, uri: to, error: "there are too many files of this name" };
  } catch (error) {
    return { file, uri: to, error: messageOf(error) };
  }
}

async function factsOf(file: string): Promise<FileFacts> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { file, bytes: statSync(file).size, hash: hash.digest("hex") };
}

const [, , out = "", current = "", to = ""] = process.argv;
await main(out, current, to);
