import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "undici";
import { examine } from "../src/classify/examine.ts";
import { REPLAY_DEFAULTS } from "../src/replay/options.ts";
import { openRecordings } from "../src/replay/recordings.ts";
import { replayToRun } from "../src/replay/stage.ts";
import { targetOf } from "../src/replay/targets.ts";
import { readRun } from "../src/runs/reader.ts";
import { runCli } from "../test/support/cli.ts";
import { startSmallServer } from "./support/servers.ts";

const CALLS = 200_000;
const CONCURRENCY = 32;
const MB = 1024 * 1024;

interface Measured {
  readonly requests: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Runs `work` and measures the CPU time of this process and its highest resident memory. */
async function measure(work: () => Promise<number>): Promise<Measured> {
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 50);
  const before = process.cpuUsage();
  const requests = await work();
  const { user, system } = process.cpuUsage(before);
  clearInterval(timer);
  return { requests, cpuSeconds: (user + system) / 1e6, peakBytes };
}

/** What a replay sends of plain calls, and nothing else: each body to candidate once and to old twice. */
async function bareLoop(urls: readonly [string, string], calls: number): Promise<number> {
  const [old, candidate] = urls;
  let next = 0;
  const worker = async (): Promise<void> => {
    const toOld = new Client(old, { pipelining: 1 });
    const toCandidate = new Client(candidate, { pipelining: 1 });
    while (next < calls) {
      const body = requestText(next++);
      await Promise.all([send(toOld, body), send(toCandidate, body)]);
      await send(toOld, body);
    }
    await Promise.all([toOld.close(), toCandidate.close()]);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return calls * 3;
}

function send(client: Client, body: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    client.dispatch(
      { method: "POST", path: "/", headers: { "content-type": "application/json" }, body },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(chunks[0] ?? Buffer.alloc(0)),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

function requestText(id: number): string {
  const account = `0x${(id % 5_000).toString(16).padStart(40, "0")}`;
  return `{"jsonrpc":"2.0","id":${id},"method":"eth_getBalance","params":["${account}","latest"]}`;
}

async function makeRecording(folder: string, calls: number): Promise<string> {
  const lines = path.join(folder, "calls.jsonl");
  writeFileSync(lines, `${Array.from({ length: calls }, (_, id) => requestText(id)).join("\n")}\n`);
  const out = path.join(folder, "calls.sqlite");
  const { code, stderr } = await runCli(["import", lines, "--out", out]);
  if (code !== 0) throw new Error(stderr);
  return out;
}

/** The whole of `shadowdiff replay`: recording in, run.sqlite out. Gives the requests that were sent. */
async function replayAll(
  urls: readonly [string, string],
  recording: string,
  out: string,
): Promise<number> {
  const recordings = openRecordings([recording]);
  await replayToRun({
    recordings,
    options: {
      ...REPLAY_DEFAULTS,
      concurrency: CONCURRENCY,
      old: [targetOf("old", 0, urls[0], {}, undefined)],
      candidate: [targetOf("candidate", 0, urls[1], {}, undefined)],
    },
    allowBalanced: false,
    out,
    resume: false,
    examine,
    signal: new AbortController().signal,
    now: () => new Date(),
  });
  for (const reader of recordings) reader.close();
  return readRun(out).sends;
}

export const bench = {
  name: "replay",
  summary:
    "replay against a bare undici dispatch loop of the same sends; resident memory of 200,000 calls",
  async run(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-bench-"));
    const servers = [await startSmallServer(), await startSmallServer()] as const;
    const urls = [servers[0].url, servers[1].url] as const;
    try {
      const recording = await makeRecording(folder, CALLS);
      await bareLoop(urls, 5_000);
      // The replay comes first, so that its memory is not that of the loop.
      const replay = await measure(() => replayAll(urls, recording, path.join(folder, "run")));
      const bare = await measure(() => bareLoop(urls, CALLS));
      const rate = (measured: Measured): number => measured.requests / measured.cpuSeconds;
      console.log(
        `  bare loop: ${bare.requests} requests, ${Math.round(rate(bare))} per CPU second`,
      );
      console.log(
        `  replay:    ${replay.requests} requests, ${Math.round(rate(replay))} per CPU second`,
      );
      console.log(`  ratio ${(rate(replay) / rate(bare)).toFixed(2)} (aim 0.70)`);
      console.log(`  resident memory ${Math.round(replay.peakBytes / MB)} MB at most (aim 250 MB)`);
    } finally {
      for (const server of servers) server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
