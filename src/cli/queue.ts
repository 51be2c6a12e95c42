import { z } from "zod";
import { duration } from "../config/fields.ts";
import { usageError } from "../errors.ts";
import type { RecordingFile } from "../model/recording.ts";
import type { ReplayOptions } from "../replay/given/options.ts";
import type { RunProgress } from "../scale/queue/store.ts";
import { plural, whole } from "../words.ts";
import type { CommandContext } from "./define.ts";

/** What a queue needs, for those who put shards into it and those who take them out. */
export const queueFields = {
  queue: z
    .string()
    .optional()
    .describe(
      "PostgreSQL (postgres://…): its workers share the work; best given as SHADOWDIFF_QUEUE",
    ),
  shards: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("with --queue: parts to divide the work into (default: one for 10,000 exchanges)"),
  lease: duration()
    .default(30_000)
    .describe("with --queue: a worker that is not heard of for this long loses its shard"),
};

interface Queued {
  readonly url: string;
  readonly recordings: readonly RecordingFile[];
  readonly uris: readonly string[];
  readonly options: ReplayOptions;
  readonly given: Readonly<Record<string, unknown>> & {
    readonly shards?: number | undefined;
    readonly lease: number;
    readonly json: boolean;
  };
  readonly out: string;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly context: CommandContext;
}

const LINE_EVERY_MS = 5_000;

/** Replays by the workers of a queue; shows how far they are. */
export async function queued(run: Queued): Promise<string | null> {
  const { replayByQueue } = await import("../stages/queue.ts");
  const { given, context, note } = run;
  const { stderr, terminal, now } = context;
  let shownAt = 0;
  let drawn = "";
  const show = (id: string, progress: RunProgress): void => {
    const at = now().getTime();
    const text = progressText(progress);
    if (given.json) {
      if (text !== drawn) stderr.write(`${JSON.stringify(progressJson(id, progress))}\n`);
    } else if (terminal) stderr.write(`\r\u001B[2K${text}`);
    else if (text !== drawn && at - shownAt >= LINE_EVERY_MS) {
      shownAt = at;
      stderr.write(`${text}\n`);
    }
    drawn = text;
  };
  const incomplete = await replayByQueue({
    ...run,
    settings: context.file,
    shards: given.shards ?? null,
    leaseSeconds: leaseSeconds(given.lease),
    onProgress: show,
  });
  if (terminal && drawn !== "") stderr.write("\n");
  else if (drawn !== "") note(drawn);
  return incomplete;
}

/** pg-boss counts leases in whole seconds, 10 at least. */
export function leaseSeconds(ms: number): number {
  if (ms < 10_000) throw usageError("--lease must be 10s at least.");
  return Math.ceil(ms / 1_000);
}

/** `12 of 40 shards, 3 workers, 1,200 calls under way, 2 begun again, 1 given up`. */
function progressText({ shards, done, lost, workers, retries, state }: RunProgress): string {
  return [
    `${whole(done.length)} of ${plural(shards, "shard")}`,
    plural(workers, "worker"),
    ...(retries > 0 ? [`${whole(retries)} begun again`] : []),
    ...(lost.length > 0 ? [`${whole(lost.length)} given up`] : []),
    ...(state === "running" ? [] : [state]),
  ].join(", ");
}

function progressJson(run: string, { progress, ...rest }: RunProgress): unknown {
  const calls = progress.reduce((sum, own) => sum + own.calls, 0);
  const different = progress.reduce((sum, own) => sum + own.different, 0);
  return { run, ...rest, done: rest.done.length, calls, different };
}
