import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { statusOf, type S3Address } from "./client.ts";

/** Says whose object it is, so that a writer whose answer was lost knows its own. */
const WRITER = "shadowdiff-writer";
/** Writers that meet are told to come again. */
const MOST_MEETINGS = 10;
const MEETING_MS = 200;

/**
 * Writes an object that is not there yet, by `If-None-Match: *`: of all who try, one writes it. False where another has.
 * Throws what the client throws where the store can't be reached.
 */
export async function putOnce(
  client: S3Client,
  { bucket, key }: S3Address,
  body: Buffer,
  metadata: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const s3 = await import("@aws-sdk/client-s3");
  const writer = randomUUID();
  const object = { Bucket: bucket, Key: key };
  for (let meeting = 1; ; meeting += 1) {
    try {
      await client.send(
        new s3.PutObjectCommand({
          ...object,
          Body: body,
          IfNoneMatch: "*",
          Metadata: { ...metadata, [WRITER]: writer },
        }),
      );
      return true;
    } catch (error) {
      const status = statusOf(error);
      if (status === 412) {
        // The client asks again where an answer was lost, and then finds what it wrote itself.
        const { Metadata } = await client.send(new s3.HeadObjectCommand(object));
        return Metadata?.[WRITER] === writer;
      }
      if (status !== 409 || meeting >= MOST_MEETINGS) throw error;
      await sleep(MEETING_MS);
    }
  }
}
