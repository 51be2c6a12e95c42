import { createWriteStream } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { examine } from "../../src/classify/examine.ts";
import { REPLAY_DEFAULTS } from "../../src/replay/given/options.ts";
import { openRecordings } from "../../src/replay/given/recordings.ts";
import { replayToRun } from "../../src/stages/replay.ts";
import { targetOf } from "../../src/replay/given/targets.ts";
import { readRun } from "../../src/runs/reader.ts";
import { runCli } from "../../test/support/cli.ts";

export interface Timed {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly sends: number;
}

/** A recording of `calls` balance questions of 5,000 accounts; gives its path. */
export async function createRecording(folder: string, calls: number): Promise<string> {
  const lines = path.join(folder, `${calls}.jsonl`);
  const out = createWriteStream(lines);
  for (let id = 0; id < calls; id++) {
    const account = `0x${(id % 5_000).toString(16).padStart(40, "0")}`;
    const line = `{"jsonrpc":"2.0","id":${id},"method":"eth_getBalance","params":["${account}","latest"]}\n`;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  const recording = path.join(folder, `${calls}.sqlite`);
  const { code, stderr } = await runCli(["import", lines, "--out", recording]);
  if (code !== 0) throw new Error(stderr);
  return recording;
}

/** Words: recording, old URL, candidate URL, run folder, concurrency. The whole of a replay, timed. */
export async function timedReplay(words: readonly string[]): Promise<Timed> {
  const [recording = "", old = "", candidate = "", out = "", concurrency = "16"] = words;
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 50);
  const recordings = openRecordings([recording]);
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await replayToRun({
    recordings,
    options: {
      ...REPLAY_DEFAULTS,
      concurrency: Number(concurrency),
      old: [targetOf("old", 0, old, {}, undefined)],
      candidate: [targetOf("candidate", 0, candidate, {}, undefined)],
    },
    allowBalanced: false,
    out,
    resume: false,
    examine,
    signal: new AbortController().signal,
    now: () => new Date(),
  });
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  for (const reader of recordings) reader.close();
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes,
    sends: readRun(out).sends,
  };
}
