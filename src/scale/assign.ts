import { usageError } from "../errors.ts";
import type { RecordingReader } from "../model/recording.ts";
import type { RunPart } from "../model/run.ts";
import type { ReplayOptions } from "../replay/given/options.ts";
import { shardPart } from "./plan/make.ts";
import type { Plan } from "./plan/plan.ts";
import { shardOf } from "./shard.ts";

/** What a replay of one shard is given, and what its run says of itself. */
export interface Assignment {
  readonly recordings: readonly RecordingReader[];
  readonly options: ReplayOptions;
  readonly part: RunPart;
  /** The options of the whole, which the run shows. */
  readonly wholeOptions: ReplayOptions;
  readonly exchanges: number;
}

/** One shard of a plan as a replay of its own. What is asked once for all, after the calls, is asked by shard 0. */
export function assign(
  plan: Plan,
  index: number,
  recordings: readonly RecordingReader[],
  options: ReplayOptions,
): Assignment {
  const own = shardOf(recordings, plan, index);
  return {
    recordings: own,
    options: {
      ...options,
      limit: plan.shards[index]?.limit ?? null,
      ...(index === 0 ? {} : { subscriptionBlocks: 0, probeSend: false }),
    },
    part: shardPart(plan, index),
    wholeOptions: options,
    exchanges: plan.shards[index]?.exchanges ?? 0,
  };
}

/** An assignment as `replayToRun` takes it. */
export function assigned({ recordings, options, ...shard }: Assignment): {
  recordings: readonly RecordingReader[];
  options: ReplayOptions;
  shard: Omit<Assignment, "recordings" | "options">;
} {
  return { recordings, options, shard };
}

/** `3/16`, numbered from 0 as engines number their tasks. Throws a usage error for an index that is not there. */
export function parseShard(text: string): { readonly index: number; readonly of: number } {
  const [index = 0, of = 0] = text.split("/").map(Number);
  if (of < 1 || index >= of) {
    throw usageError(
      of < 1
        ? `--shard ${text}: there is at least one shard, 0/1.`
        : `--shard ${text}: shards are numbered from 0, so the last of ${of} is ${of - 1}/${of}.`,
    );
  }
  return { index, of };
}

/** One worker's share of what all of them together may do to the targets. */
export function shareOf(options: ReplayOptions, workers: number, worker: number): ReplayOptions {
  const { concurrency, ratePerSecond, maxFailures } = options;
  return {
    ...options,
    concurrency: Math.floor(concurrency / workers) + (worker < concurrency % workers ? 1 : 0) || 1,
    ratePerSecond: ratePerSecond === null ? null : ratePerSecond / workers,
    maxFailures: maxFailures === null ? null : Math.ceil(maxFailures / workers),
  };
}
