import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Pool } from "undici";
import { freePort } from "../../test/support/ports.ts";

const MAIN = path.resolve(import.meta.dirname, "../../src/main.ts");

/** A candidate that answers as a node does until it is told otherwise. */
export interface TurningCandidate {
  readonly url: string;
  turn(mode: CandidateMode): void;
  close(): Promise<void>;
}

export type CandidateMode =
  | "well"
  | "slow: 5 s"
  | "resets"
  | "answers 200 MB"
  | "garbage"
  | "takes connections, says nothing"
  | "dead";

export async function startTurningCandidate(): Promise<TurningCandidate> {
  const worker = new Worker(new URL("./turning-candidate.ts", import.meta.url));
  const url = await new Promise<string>((resolve) => worker.once("message", resolve));
  return {
    url,
    turn: (next) => worker.postMessage(next, []),
    async close() {
      await worker.terminate();
    },
  };
}

/** A program of ours under load. */
export interface Started {
  readonly url: string;
  readonly admin: string;
  /** Resident memory of it and its processes, bytes. */
  memory(): number;
  /** CPU seconds of it and its processes. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Starts `record` or `shadow` in front of a node; `words` come after the command. */
export async function startInFront(
  command: "record" | "shadow",
  target: string,
  words: readonly string[],
): Promise<Started> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--no-warnings",
      MAIN,
      command,
      "--target",
      target,
      "--listen",
      `127.0.0.1:${port}`,
      "--admin",
      `127.0.0.1:${adminPort}`,
      ...words,
    ],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, SHADOWDIFF_KEY: "a key for studies, of 32 characters" },
    },
  );
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 600 && !said.includes(`at ${url}`); tries++) {
    if (child.exitCode !== null) throw new Error(`${command} ended:\n${said}`);
    await wait(50);
  }
  if (!said.includes(`at ${url}`)) throw new Error(`${command} did not start:\n${said}`);
  const pids = (): number[] => [child.pid ?? 0, ...childPids(child.pid ?? 0)];
  return {
    url,
    admin: `http://127.0.0.1:${adminPort}`,
    memory: () => pids().reduce((sum, pid) => sum + residentBytes(pid), 0),
    cpuSeconds: () => pids().reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    async stop() {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function childPids(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function residentBytes(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    return pages * 4_096;
  } catch {
    return 0;
  }
}

function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

export interface Load {
  readonly sent: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  /** Of each request, ascending. */
  readonly timesMs: readonly number[];
}

/** Open loop: so many requests a second, whatever the answers take; each has to be answered 200 with a result. */
export async function load(
  url: string,
  requests: number,
  perSecond: number,
  bodyOf: (index: number) => string,
): Promise<Load> {
  const pool = new Pool(url, { connections: 32, pipelining: 1 });
  const times: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  const ask = async (index: number): Promise<void> => {
    const at = performance.now();
    try {
      const { statusCode, body } = await pool.request({
        method: "POST",
        path: "/",
        headers: { "content-type": "application/json", "x-api-key": `key-${index % 20}` },
        body: bodyOf(index),
      });
      const text = await body.text();
      if (statusCode !== 200 || !/"(?:result|error)"/.test(text)) failed++;
    } catch {
      failed++;
    }
    times.push(performance.now() - at);
  };
  const asked: Promise<void>[] = [];
  for (let index = 0; index < requests; index++) {
    const dueMs = startedAt + (index * 1_000) / perSecond - performance.now();
    if (dueMs > 1) await wait(dueMs);
    asked.push(ask(index));
  }
  await Promise.all(asked);
  const tookMs = performance.now() - startedAt;
  await pool.close();
  times.sort((a, b) => a - b);
  return {
    sent: requests,
    failed,
    p50Ms: at(times, 0.5),
    p99Ms: at(times, 0.99),
    perSecond: (requests * 1_000) / tookMs,
    timesMs: times,
  };
}

/** Of times in ascending order. */
function at(times: readonly number[], share: number): number {
  return times[Math.floor(share * (times.length - 1))] ?? 0;
}

/** Several loads as one. */
export function together(loads: readonly Load[]): Load {
  const timesMs = loads.flatMap((one) => one.timesMs).sort((a, b) => a - b);
  const sum = (of: (one: Load) => number): number => loads.reduce((all, one) => all + of(one), 0);
  return {
    sent: sum(({ sent }) => sent),
    failed: sum(({ failed }) => failed),
    p50Ms: at(timesMs, 0.5),
    p99Ms: at(timesMs, 0.99),
    perSecond: sum(({ perSecond }) => perSecond) / loads.length,
    timesMs,
  };
}
