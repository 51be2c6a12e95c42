import { z } from "zod";
import { duration, nodeUrl, share, size } from "../config/fields.ts";
import { redactionFields } from "../redact/options.ts";
import { recorderDefaults } from "./recorder-options.ts";

/** The ring, the thread's heap and what waits to be written have to find room in it. */
const LEAST_CAPTURE_MEMORY_BYTES = 32 * 1000 * 1000;
const count = () => z.coerce.number().int().min(1);

/** The options of `record`. Sizes in bytes and times in ms once parsed. */
export const recordFields = z.object({
  target: nodeUrl().optional().describe("the node's URL; clients then call the recorder instead"),
  sink: z
    .boolean()
    .default(false)
    .describe("take a mirror's copies instead: requests only, answered 204"),
  listen: z
    .string()
    .default("127.0.0.1:9545")
    .describe("HOST:PORT to listen at; port 0 takes a free one"),
  out: z.string().describe("the recording to make, such as recordings/NAME.sqlite"),
  host: z
    .enum(["auto", "keep", "upstream"])
    .default("auto")
    .describe("Host header: auto rewrites it for https and for targets that are named"),
  ...redactionFields,
  perMethod: count()
    .optional()
    .describe("exchanges to keep of each method in each window (default: all)"),
  perCustomer: count().optional().describe("exchanges to keep of each customer in each window"),
  sample: share().default(1).describe("share of exchanges to keep: 1%"),
  window: duration().default(600_000).describe("length of a sampling window"),
  maxBody: size()
    .default(recorderDefaults.limits.maxBodyBytes)
    .describe("longer bodies are kept as length and hash"),
  maxSize: size().optional().describe("stop storing once the recording is so large"),
  minFree: size()
    .default(recorderDefaults.limits.minFreeBytes)
    .describe("disk space to leave free"),
  duration: duration().optional().describe("stop after this time (default: when interrupted)"),
  rotateSize: size().optional().describe("start a new file past this size"),
  rotateEvery: duration().optional().describe("start a new file after this time"),
  keepFiles: count().optional().describe("rotated files to keep, the newest"),
  keepFor: duration().optional().describe("delete rotated files that are older"),
  upload: z
    .string()
    .regex(/^s3:\/\/[^/]+\/.+$/, "expected s3://BUCKET/FOLDER")
    .optional()
    .describe("s3://BUCKET/FOLDER for rotated files; they leave this disk once they are there"),
  queueItems: count()
    .default(recorderDefaults.limits.queue.items)
    .describe("exchanges that may wait for the disk"),
  queueBytes: size()
    .optional()
    .describe("bytes that may wait for the disk (default: a quarter of --capture-memory)"),
  captureMemory: size()
    .refine((bytes) => bytes >= LEAST_CAPTURE_MEMORY_BYTES, "at least 32MB")
    .default(recorderDefaults.limits.captureMemoryBytes)
    .describe("all that capturing may hold; what does not fit is not recorded, traffic goes on"),
  drain: duration()
    .default(recorderDefaults.drainMs)
    .describe("time for open requests and the rest of the queue at the end"),
  admin: z.string().optional().describe("HOST:PORT for /healthz and Prometheus /metrics"),
});

export type RecordFields = z.infer<typeof recordFields>;
