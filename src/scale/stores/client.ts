import type { S3Client } from "@aws-sdk/client-s3";
import { messageOf, runFailure, usageError } from "../../errors.ts";

/** An object of an S3 store. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function isS3(uri: string): boolean {
  return uri.startsWith("s3://");
}

/** @throws usage error where the address names no object */
export function addressOf(uri: string): S3Address {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (bucket === undefined || key === undefined)
    throw usageError(`${uri} names no object: give s3://BUCKET/KEY.`);
  return { bucket, key };
}

/** Credentials, region and endpoint are AWS's own (`AWS_…`, profiles, roles of machines and pods). The caller destroys it. */
export async function openClient(env: Environment): Promise<S3Client> {
  const s3 = await import("@aws-sdk/client-s3");
  const endpoint = env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"];
  const attempts = Number(env["AWS_MAX_ATTEMPTS"]);
  return new s3.S3Client({
    // A store of one's own has no name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(env["AWS_REGION"] === undefined ? {} : { region: env["AWS_REGION"] }),
    ...(attempts >= 1 ? { maxAttempts: attempts } : {}),
    // Stores of other makers know no trailing checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...keysOf(env),
  });
}

/** Keys that are given to the program; else AWS's own ways to find some. */
function keysOf(env: Environment): object {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) return {};
  const sessionToken = env["AWS_SESSION_TOKEN"];
  return {
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
  };
}

/** The HTTP status of an answer that was an error, or undefined where there was no answer. */
export function statusOf(cause: unknown): number | undefined {
  return (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** What an error of the store means to a person. */
export function storeError(cause: unknown, uri: string, what = "read"): Error {
  return statusOf(cause) === 404
    ? usageError(`There is no ${uri}.`, { cause })
    : runFailure(`${uri} can't be ${what}: ${messageOf(cause)}`, { cause });
}
