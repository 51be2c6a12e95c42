/** A worker process of a replay: does one shard and says how it went, over the channel to the process that started it. */
import { examine } from "../classify/examine.ts";
import { parseJudging } from "../config/judging.ts";
import { messageOf, ShadowdiffError } from "../errors.ts";
import { openRecordings } from "../replay/given/recordings.ts";
import { assign, assigned } from "../scale/assign.ts";
import type { FromWorker, ShardTask, ToWorker } from "../scale/workers/messages.ts";
import { replayToRun } from "./replay.ts";

const stop = new AbortController();
const granted = new Map<number, () => void>();
let tickets = 0;

// Ctrl-C reaches all processes of a terminal; the one that started this ends it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => stop.abort());
// Nobody is left to hear of the result; what was done is kept for --resume.
process.on("disconnect", () => stop.abort());
process.on("message", (message: ToWorker) => {
  if (message.kind === "stop") stop.abort();
  else if (message.kind === "granted") granted.get(message.ticket)?.();
  else void work(message.task);
});

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message, () => {});
}

/** The last word: the channel is closed once it is out, so that it can't be lost. */
function end(message: FromWorker): void {
  if (process.connected) process.send?.(message, () => process.connected && process.disconnect());
}

async function work(task: ShardTask): Promise<void> {
  try {
    end({ kind: "done", incomplete: await replayShard(task) });
  } catch (error) {
    const known = error instanceof ShadowdiffError;
    end({
      kind: "failed",
      message: known
        ? error.message
        : error instanceof Error
          ? (error.stack ?? "")
          : messageOf(error),
      details: known ? error.details : [],
      exitCode: known ? error.exitCode : null,
    });
  }
}

async function replayShard(task: ShardTask): Promise<string | null> {
  const { plan, index, files, options, share, settings, out, resume, allowBalanced } = task;
  const { classify } = parseJudging(settings);
  const opened = openRecordings(files);
  try {
    const own = assign(plan, index, opened, share);
    const { incomplete } = await replayToRun({
      ...assigned({ ...own, wholeOptions: options }),
      allowBalanced,
      out,
      resume,
      exclusive: ({ shown }) => wanted(shown),
      examine: (pair) => examine(pair, classify),
      signal: stop.signal,
      now: () => new Date(),
      onHeader: ({ configurationDifferences }) => {
        for (const { capability, effect } of configurationDifferences)
          tell({ kind: "differs", text: `Configuration differs: ${capability}: ${effect}.` });
      },
      onProgress: (progress) => tell({ kind: "progress", progress }),
      note: (text) => tell({ kind: "note", text }),
    });
    return incomplete;
  } finally {
    for (const recording of opened) recording.close();
  }
}

/** Waits for the turn at a target; an interruption ends the waiting, as nothing is sent after it. */
function wanted(target: string): Promise<() => void> {
  const ticket = tickets++;
  const giveBack = (): void => tell({ kind: "give", ticket });
  return new Promise((resolve) => {
    const come = (): void => {
      granted.delete(ticket);
      resolve(giveBack);
    };
    granted.set(ticket, come);
    stop.signal.addEventListener("abort", come, { once: true });
    if (stop.signal.aborted) come();
    else tell({ kind: "want", ticket, target });
  });
}
