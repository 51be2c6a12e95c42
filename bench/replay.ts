import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "undici";
import { createRecording, timedReplay, type Timed } from "../studies/support/timed-replay.ts";
import { startSmallServer } from "../studies/support/small-servers.ts";

const CALLS = 200_000;
const CONCURRENCY = 16;
const MB = 1024 * 1024;

/** The whole of a replay in a process of its own, so that its memory and CPU time are its own. */
async function replayInChild(words: readonly string[]): Promise<Timed> {
  const child = fork(import.meta.filename, ["child", ...words]);
  const [message] = await once(child, "message");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own child's message
  return message as Timed;
}

/** CPU seconds of this process that `work` takes. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
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

export const bench = {
  name: "replay",
  summary:
    "replay against a bare undici dispatch loop of the same sends; resident memory of 200,000 calls",
  async run(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-bench-"));
    const servers = [await startSmallServer(), await startSmallServer()] as const;
    const urls = [servers[0].url, servers[1].url] as const;
    try {
      const recording = await createRecording(folder, CALLS);
      await bareLoop(urls, 5_000);
      const words = [recording, ...urls, path.join(folder, "run"), String(CONCURRENCY)];
      const replay = await replayInChild(words);
      const bareSeconds = await cpuOf(() => bareLoop(urls, CALLS));
      const bareRate = (CALLS * 3) / bareSeconds;
      const rate = replay.sends / replay.cpuSeconds;
      console.log(`  bare loop: ${CALLS * 3} requests, ${Math.round(bareRate)} per CPU second`);
      console.log(`  replay:    ${replay.sends} requests, ${Math.round(rate)} per CPU second`);
      console.log(`  ratio ${(rate / bareRate).toFixed(2)} (aim 0.70)`);
      console.log(`  resident memory ${Math.round(replay.peakBytes / MB)} MB at most (aim 250 MB)`);
    } finally {
      for (const server of servers) server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const [, , role, ...words] = process.argv;
if (role === "child" && process.send !== undefined) {
  process.send(await timedReplay(words));
  process.disconnect();
}
