import { loadKey } from "../config/files/key.ts";
import { usageError } from "../errors.ts";
import { redactionRules } from "../redact/options.ts";
import { parseListen } from "./path/listening.ts";
import type { RecordFields } from "./record-fields.ts";
import { recorderDefaults, type RecorderOptions } from "./recorder-options.ts";

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
  if (!rotates && fields.upload !== undefined)
    throw usageError("--upload needs --rotate-size or --rotate-every");
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
