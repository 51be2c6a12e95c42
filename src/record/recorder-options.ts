import type { JsonObject } from "../model/json.ts";
import type { Network } from "../model/run.ts";
import type { Clocks } from "./capture/traffic-tap.ts";
import type { Listen } from "./path/listening.ts";
import type { RedactionRules } from "../redact/rules.ts";
import { NO_RULES } from "../redact/rules.ts";
import { NO_ROTATION } from "./writing/rotation.ts";
import type { RotationOptions } from "./writing/rotation.ts";
import { KEEP_ALL } from "./sample/sampler.ts";
import type { SamplingOptions } from "./sample/sampler.ts";
import type { HostMode } from "./path/upstream.ts";
import type { WriterTiming } from "./writing/writer-link.ts";

export interface RecorderLimits {
  /** Bodies past it are kept as length and hash. */
  readonly maxBodyBytes: number;
  /** No more is recorded once the file is so large, or null. */
  readonly maxSizeBytes: number | null;
  /** Free disk space to leave. */
  readonly minFreeBytes: number;
  /** All that capturing may hold: what passes, what is under way, what waits for the disk, and the capture thread's heap. */
  readonly captureMemoryBytes: number;
  /** Exchanges and bytes that may wait for the disk; bytes at most their share of the above. */
  readonly queue: { readonly items: number; readonly bytes: number | null };
  /** Length of a sampling window. */
  readonly windowMs: number;
}

/** All that a recorder needs to know; `recorderDefaults` fills what is usual. */
export interface RecorderOptions {
  /** URL of the node, or null for a sink. */
  readonly target: string | null;
  readonly listen: Listen;
  readonly out: string;
  readonly host: HostMode;
  readonly rules: RedactionRules;
  /** The HMAC key of the tokens. */
  readonly key: Buffer;
  readonly sampling: SamplingOptions;
  readonly rotation: RotationOptions;
  readonly limits: RecorderLimits;
  readonly timing: WriterTiming;
  readonly admin: Listen | null;
  /** How long open connections may take to end, and the writer to write what is left. */
  readonly drainMs: number;
  /** Where it is known already; else the target is asked. */
  readonly network?: Network;
  /** Options as they are stored in the recording, without secrets. */
  readonly stored: JsonObject;
  /** Passes bytes and records nothing: what a benchmark compares with. */
  readonly off?: boolean;
  readonly clocks?: Clocks;
  /** A module that exports another `redactor(rules, tokens)`. */
  readonly redactorModule?: string;
  /** A capture thread that reads nothing for so long is replaced, ms. */
  readonly captureStallMs?: number;
  /** Ends a start that is still waiting for its file. */
  readonly signal?: AbortSignal;
  /** Told what goes wrong and does not end the recorder: a line for a person. */
  readonly notice?: (text: string) => void;
  /** The writer's program, where it is not the usual one. */
  readonly writerScript?: string;
}

const MIB = 1024 * 1024;

/** Everything but where it listens, what it stands before, where it writes, and its key. */
export const recorderDefaults = {
  host: "auto",
  rules: NO_RULES,
  sampling: KEEP_ALL,
  rotation: NO_ROTATION,
  limits: {
    maxBodyBytes: 16 * MIB,
    maxSizeBytes: null,
    minFreeBytes: 1024 * MIB,
    captureMemoryBytes: 256 * MIB,
    queue: { items: 50_000, bytes: null },
    windowMs: 600_000,
  },
  timing: { flushMs: 250, stallMs: 60_000, retryMs: 500, startMs: 15_000 },
  admin: null,
  drainMs: 5_000,
  stored: {},
} as const satisfies Partial<RecorderOptions>;
