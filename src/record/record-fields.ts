import { z } from "zod";
import { duration, nodeUrl, share, size } from "../config/fields.ts";
import { usageError } from "../errors.ts";
import { loadKey } from "../config/files/key.ts";
import { parseListen } from "./path/listening.ts";
import { redactionFields, redactionRules } from "../redact/options.ts";
import { recorderDefaults } from "./recorder-options.ts";
import type { RecorderOptions } from "./recorder-options.ts";

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

type RecordFields = z.infer<typeof recordFields>;

/** Options as given → what startRecorder takes. Throws usage errors; `out` must be absolute already. */
export function toRecorderOptions(
  fields: RecordFields,
  env: Readonly<Record<string, string | undefined>>,
): RecorderOptions {
  if (fields.sink === (fields.target !== undefined)) {
    throw usageError("record takes either --target URL or --sink", {
      details: ["--target stands in front of a node; --sink receives copies from a mirror."],
    });
  }
  const rotation = {
    sizeBytes: fields.rotateSize ?? null,
    everyMs: fields.rotateEvery ?? null,
    keepFiles: fields.keepFiles ?? null,
    keepMs: fields.keepFor ?? null,
  };
  const rotates = rotation.sizeBytes !== null || rotation.everyMs !== null;
  if (!rotates && (rotation.keepFiles !== null || rotation.keepMs !== null)) {
    throw usageError("--keep-files and --keep-for need --rotate-size or --rotate-every");
  }
  return {
    ...recorderDefaults,
    target: fields.target ?? null,
    listen: parseListen(fields.listen, "--listen"),
    out: fields.out,
    host: fields.host,
    rules: redactionRules(fields, fields.target === undefined ? [] : [fields.target]),
    key: loadKey(env),
    sampling: {
      ...recorderDefaults.sampling,
      perMethod: fields.perMethod ?? Infinity,
      perCustomer: fields.perCustomer ?? Infinity,
      share: fields.sample,
    },
    rotation,
    limits: {
      ...recorderDefaults.limits,
      maxBodyBytes: fields.maxBody,
      maxSizeBytes: fields.maxSize ?? null,
      minFreeBytes: fields.minFree,
      captureMemoryBytes: fields.captureMemory,
      queue: { items: fields.queueItems, bytes: fields.queueBytes ?? null },
      windowMs: fields.window,
    },
    admin: fields.admin === undefined ? null : parseListen(fields.admin, "--admin"),
    drainMs: fields.drain,
    stored: {
      perMethod: fields.perMethod ?? null,
      perCustomer: fields.perCustomer ?? null,
      sample: fields.sample,
      windowMs: fields.window,
      maxBodyBytes: fields.maxBody,
      customer: [...fields.customer],
    },
  };
}
