import { open } from "node:fs/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { statusOf, type S3Address } from "./client.ts";
import { putOnce } from "./put-once.ts";

/** Larger files go in parts of this size: one is in memory at a time. */
const PART_BYTES = 16 * 1024 ** 2;
/** S3 takes no more parts. */
const MOST_PARTS = 10_000;
const HASH = "shadowdiff-sha256";

export interface FileFacts {
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
}

/**
 * Uploads a file to an object that is not there yet, and asks the store whether it has it whole. False where the object is another
 * one's: this file is not in the store then. A file that is there already, by its hash and length, counts as uploaded.
 */
export async function putFile(
  client: S3Client,
  address: S3Address,
  facts: FileFacts,
): Promise<boolean> {
  if (await isThere(client, address, facts)) return true;
  if (facts.bytes <= PART_BYTES) await putWhole(client, address, facts);
  else await putParts(client, address, facts);
  return await isThere(client, address, facts);
}

async function isThere(
  client: S3Client,
  { bucket, key }: S3Address,
  { bytes, hash }: FileFacts,
): Promise<boolean> {
  const s3 = await import("@aws-sdk/client-s3");
  try {
    const head = await client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: key }));
    return head.ContentLength === bytes && head.Metadata?.[HASH] === hash;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

async function putWhole(
  client: S3Client,
  address: S3Address,
  { file, bytes, hash }: FileFacts,
): Promise<void> {
  const handle = await open(file);
  try {
    await putOnce(client, address, await part(handle, 0, bytes), { [HASH]: hash });
  } finally {
    await handle.close();
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

async function part(handle: Handle, from: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, from);
  if (bytesRead !== bytes) throw new Error("the file became shorter while it was read");
  return buffer;
}

async function putParts(
  client: S3Client,
  { bucket, key }: S3Address,
  { file, bytes, hash }: FileFacts,
): Promise<void> {
  const s3 = await import("@aws-sdk/client-s3");
  const object = { Bucket: bucket, Key: key };
  const size = Math.max(PART_BYTES, Math.ceil(bytes / MOST_PARTS));
  const handle = await open(file);
  const { UploadId } = await client
    .send(new s3.CreateMultipartUploadCommand({ ...object, Metadata: { [HASH]: hash } }))
    .catch(async (error: unknown) => {
      await handle.close();
      throw error;
    });
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let from = 0; from < bytes; from += size) {
      const PartNumber = Parts.length + 1;
      const Body = await part(handle, from, Math.min(size, bytes - from));
      const { ETag } = await client.send(
        new s3.UploadPartCommand({ ...object, UploadId, PartNumber, Body }),
      );
      Parts.push({ PartNumber, ETag });
    }
    await client.send(
      new s3.CompleteMultipartUploadCommand({
        ...object,
        UploadId,
        IfNoneMatch: "*",
        MultipartUpload: { Parts },
      }),
    );
  } catch (error) {
    // What was sent of it costs money where it stays.
    await client.send(new s3.AbortMultipartUploadCommand({ ...object, UploadId })).catch(() => {});
    // Another one's object: asked for by whoever called.
    if (statusOf(error) !== 412) throw error;
  } finally {
    await handle.close();
  }
}
