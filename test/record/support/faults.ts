import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Database from "better-sqlite3";
import type { RecordingFacts } from "../../../src/model/run.ts";
import { recorderDefaults } from "../../../src/record/recorder-options.ts";
import type { RecorderOptions } from "../../../src/record/recorder-options.ts";
import { startRecorder } from "../../../src/stages/record.ts";
import type { Recorder } from "../../../src/stages/record.ts";
import { openRecording } from "../../../src/recording/reader.ts";
import { KEY } from "./redaction.ts";
import { startTraffic } from "./traffic.ts";
import type { TrafficReport } from "./traffic.ts";

export interface FaultContext {
  readonly recorder: Recorder;
  readonly file: string;
}

export interface Fault {
  readonly name: string;
  readonly options?: Partial<RecorderOptions>;
  /** Does the harm and undoes it; traffic flows before, during and after. */
  harm(context: FaultContext): Promise<void>;
}

export interface FaultReport {
  readonly traffic: TrafficReport;
  readonly facts: RecordingFacts;
  /** Moments at which arrived was not stored + dropped + pending: must be 0. */
  readonly lawBroken: number;
  readonly lawChecked: number;
  readonly storedBefore: number;
  readonly storedAfterHarm: number;
  readonly storedAtEnd: number;
  readonly integrity: string;
  readonly fileAddsUp: boolean;
  readonly mostQueueBytes: number;
  readonly rssGrowthBytes: number;
}

export async function runFault(
  fault: Fault,
  file: string,
  perSecond: number,
  calmMs: number,
): Promise<FaultReport> {
  const node = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => {
      text += part.toString();
    });
    request.on("end", () => {
      const id = /"id":(\d+)/.exec(text)?.[1] ?? "null";
      response.setHeader("content-type", "application/json");
      response.end(`{"jsonrpc":"2.0","id":${id},"result":"0x${"0".repeat(600)}"}`);
    });
  });
  await new Promise<void>((resolve) => {
    node.listen(0, "127.0.0.1", resolve);
  });
  const { port } = node.address() as AddressInfo;
  const recorder = await startRecorder({
    ...recorderDefaults,
    limits: { ...recorderDefaults.limits, minFreeBytes: 0 },
    timing: { flushMs: 50, stallMs: 600_000, retryMs: 100, startMs: 15_000 },
    network: { chainId: "1", genesisHash: null },
    target: `http://127.0.0.1:${port}`,
    out: file,
    listen: { host: "127.0.0.1", port: 0 },
    key: KEY,
    ...fault.options,
  });
  let lawBroken = 0;
  let lawChecked = 0;
  let mostQueueBytes = 0;
  const startRss = process.memoryUsage().rss;
  let mostRss = startRss;
  const check = (): void => {
    const { arrived, stored, dropped, pending, queueBytes } = recorder.counts();
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    lawChecked += 1;
    if (arrived !== stored + lost + pending) lawBroken += 1;
    mostQueueBytes = Math.max(mostQueueBytes, queueBytes);
    mostRss = Math.max(mostRss, process.memoryUsage().rss);
  };
  const watch = setInterval(check, 20);
  const traffic = startTraffic(recorder.url, perSecond);
  await wait(calmMs);
  const storedBefore = recorder.counts().stored;
  await fault.harm({ recorder, file });
  const storedAfterHarm = recorder.counts().stored;
  await wait(calmMs);
  const report = await traffic.end();
  check();
  const facts = await recorder.stop();
  clearInterval(watch);
  node.closeAllConnections();
  node.close();
  return {
    traffic: report,
    facts,
    lawBroken,
    lawChecked,
    storedBefore,
    storedAfterHarm,
    storedAtEnd: facts.stored,
    mostQueueBytes,
    rssGrowthBytes: mostRss - startRss,
    ...fileState(file),
  };
}

/** Traffic flows meanwhile, and the law of conservation is checked. */
export async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function fileState(file: string): { integrity: string; fileAddsUp: boolean } {
  const database = new Database(file, { readonly: true });
  const integrity = String(database.pragma("integrity_check", { simple: true }));
  database.close();
  const reader = openRecording(file);
  const { seen, stored, dropped } = reader.facts;
  let read = 0;
  for (const exchange of reader.exchanges()) read += exchange.request.body === null ? 0 : 1;
  reader.close();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return { integrity, fileAddsUp: seen === stored + lost && read === stored };
}

/** Another process holds a write lock on the file. */
export function lockedFault(ms: number): Fault {
  return {
    name: "file locked by another process",
    async harm({ file }) {
      const other = new Database(file);
      other.exec("BEGIN IMMEDIATE");
      await wait(ms);
      other.exec("COMMIT");
      other.close();
    },
  };
}

export function killedFault(times: number, everyMs: number): Fault {
  return {
    name: `writer killed ${times} times`,
    async harm({ recorder }) {
      for (let count = 0; count < times; count += 1) {
        const pid = recorder.writerPid();
        if (pid !== undefined) process.kill(pid, "SIGKILL");
        await wait(everyMs);
      }
    },
  };
}

export function stalledFault(ms: number, queueBytes: number): Fault {
  return {
    name: `writer stalled for ${ms / 1_000} s`,
    options: {
      limits: {
        ...recorderDefaults.limits,
        minFreeBytes: 0,
        queue: { items: 50_000, bytes: queueBytes },
      },
    },
    async harm({ recorder }) {
      const pid = recorder.writerPid() ?? 0;
      process.kill(pid, "SIGSTOP");
      await wait(ms);
      process.kill(pid, "SIGCONT");
    },
  };
}

/** The redactor throws on one exchange of a hundred. */
export function throwingFault(): Fault {
  const redactorModule = new URL("./throwing-redactor.ts", import.meta.url).href;
  return { name: "redactor throws on 1 of 100", options: { redactorModule }, harm: async () => {} };
}

export function clockFault(): Fault {
  let offset = 0;
  return {
    name: "clock set back by a day",
    options: {
      clocks: { now: () => Date.now() + offset, clock: () => performance.now() },
      limits: { ...recorderDefaults.limits, minFreeBytes: 0, windowMs: 1_000 },
    },
    async harm() {
      offset = -86_400_000;
      await wait(500);
    },
  };
}
