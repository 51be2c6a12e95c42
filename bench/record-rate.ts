import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { RateOrder, RateResult } from "./support/rate-client.ts";
import { answeringFiles, realMix } from "./support/real-mix.ts";
import type { Mix } from "./support/real-mix.ts";
import { installed, startNginx, startOurs } from "./support/running.ts";
import type { Running } from "./support/running.ts";
import { threadSeconds } from "./support/thread-time.ts";

const RATES = [5_000, 4_000, 3_000, 2_000, 1_000];
const CONNECTIONS = 64;
const ROUNDS = 10;
const SECONDS = 4;
/** Answered so long after the last was due, the rate was not held. */
const MOST_BEHIND_SECONDS = 0.25;
const DRAIN_MS = 1_500;
const CUSTOMER = { perSecond: 200, seconds: 4, connections: 1 };
const HOSTILE_ROUNDS = 2;
/** Each of a kind that once stopped everybody. */
const HOSTILE = [
  "10,000 raw transactions in one batch",
  "a gzip bomb of 500 MB",
  "150,000 passwords",
  "a batch of 170,000 calls",
  "an object of 900,000 keys",
  "objects 1,000,000 deep",
  "a number of 10 MB",
  "2,000,000 chunks of one byte",
];
const THREADS: Readonly<Record<string, string>> = {
  MainThread: "traffic thread",
  capture: "capture thread",
};

type Clients = (order: RateOrder) => Promise<RateResult>;

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
const SHARES = [0.5, 0.99, 0.999, 1];
const NAMES = ["p50", "p99", "p99.9", "worst"];

function quantiles(results: readonly Float64Array[]): number[] {
  const all = new Float64Array(results.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of results) {
    all.set(each, at);
    at += each.length;
  }
  all.sort();
  return SHARES.map((share) => quantile(all, share));
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const inMs = (values: readonly number[]): string =>
  values.map((value, index) => `${NAMES[index]} ${value.toFixed(2).padStart(8)} ms`).join("  ");

/** The highest of the rates that this machine holds without recording. */
async function rateHeld(clients: Clients, off: Running): Promise<number> {
  for (const perSecond of RATES) {
    const { tookSeconds } = await clients({
      port: portOf(off),
      perSecond,
      seconds: SECONDS,
      connections: CONNECTIONS,
    });
    if (tookSeconds < SECONDS + MOST_BEHIND_SECONDS) return perSecond;
    console.log(
      `${perSecond} requests/s are more than this machine holds without recording: ${SECONDS} s of them took ${tookSeconds.toFixed(1)} s`,
    );
  }
  return RATES.at(-1) ?? 1_000;
}

const portOf = ({ url }: Running): number => Number(new URL(url).port);

async function fixedRate(clients: Clients, off: Running, on: Running): Promise<void> {
  const perSecond = await rateHeld(clients, off);
  const order = { perSecond, seconds: SECONDS, connections: CONNECTIONS };
  // A recorder runs for days: what the compiler does in its first seconds is not what is measured.
  for (let turn = 0; turn < 2; turn += 1) await clients({ ...order, port: portOf(on) });
  const results: Record<"off" | "on", RateResult[]> = { off: [], on: [] };
  const before = { off: timesOf(off), on: timesOf(on) };
  for (let round = 0; round < ROUNDS; round += 1) {
    const names = round % 2 === 0 ? (["off", "on"] as const) : (["on", "off"] as const);
    for (const name of names)
      results[name].push(await clients({ ...order, port: portOf(name === "on" ? on : off) }));
  }
  await wait(DRAIN_MS);
  const after = { off: timesOf(off), on: timesOf(on) };
  const requests = perSecond * SECONDS * ROUNDS;
  console.log(
    `${perSecond} requests/s by schedule over ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s each in turns`,
  );
  const seen = { off: quantilesOf(results.off), on: quantilesOf(results.on) };
  for (const name of ["off", "on"] as const) {
    const failed = results[name].reduce((sum, each) => sum + each.failed, 0);
    console.log(`recording ${name.padEnd(4)} ${inMs(seen[name])}  failed ${failed} of ${requests}`);
  }
  const late = quantiles([...results.off, ...results.on].map(({ lateness }) => lateness));
  console.log(`of which the client itself was late: ${inMs(late)}`);
  const byRound = SHARES.map((_, index) =>
    middle(
      results.on.map(
        (each, round) =>
          (quantiles([each.latencies])[index] ?? Number.NaN) /
          (quantiles([results.off[round]?.latencies ?? new Float64Array()])[index] ?? Number.NaN),
      ),
    ),
  );
  console.log(
    `on / off: ${NAMES.map((name, index) => `${name} ${((seen.on[index] ?? 0) / (seen.off[index] ?? 1)).toFixed(2)} (middle of the rounds ${(byRound[index] ?? 0).toFixed(2)})`).join(", ")}; wanted of p99: 1.2 or less`,
  );
  for (const name of ["off", "on"] as const) {
    for (const [thread, seconds] of after[name]) {
      const micros = ((seconds - (before[name].get(thread) ?? 0)) / requests) * 1e6;
      console.log(
        `recording ${name.padEnd(4)} ${thread.padEnd(36)} ${micros.toFixed(1).padStart(6)} µs of CPU a request`,
      );
    }
  }
}

const quantilesOf = (results: readonly RateResult[]): number[] =>
  quantiles(results.map(({ latencies }) => latencies));

/** CPU time by thread of the recorder, and of its writer, s. */
function timesOf({ pids }: Running): Map<string, number> {
  const [recorder = 0, writer] = pids;
  const times = new Map<string, number>();
  const add = (name: string, seconds: number): void => {
    times.set(name, (times.get(name) ?? 0) + seconds);
  };
  for (const [name, seconds] of threadSeconds(recorder))
    add(THREADS[name] ?? "memory and compiling, of both threads", seconds);
  if (writer !== undefined)
    for (const seconds of threadSeconds(writer).values()) add("writer's process", seconds);
  return times;
}

async function waits(clients: Clients, places: Readonly<Record<string, Running>>): Promise<void> {
  const hostile = new Worker(new URL("../studies/support/one-act-worker.ts", import.meta.url), {
    workerData: { names: true },
    execArgv: ["--no-warnings"],
  });
  const [names]: string[][] = await once(hostile, "message");
  const act = async (index: number, port: number): Promise<void> => {
    hostile.postMessage({ index, port }, []);
    await once(hostile, "message");
  };
  console.log(
    `Worst wait of one customer (${CUSTOMER.perSecond} requests/s by schedule) while another sends, ms, the least of ${HOSTILE_ROUNDS} rounds:`,
  );
  for (const name of HOSTILE) {
    const index = names?.indexOf(name) ?? -1;
    if (index < 0) throw new Error(`no hostile input "${name}"`);
    const upstream = places["direct"];
    // Once before it counts: making the bytes takes the machine as well.
    if (upstream !== undefined) await act(index, portOf(upstream));
    const worst = new Map<string, number>();
    for (let round = 0; round < HOSTILE_ROUNDS; round += 1) {
      for (const [place, running] of Object.entries(places)) {
        const port = portOf(running);
        const customer = clients({ ...CUSTOMER, port });
        await wait(300);
        const [{ latencies, failed }] = await Promise.all([customer, act(index, port)]);
        if (failed > 0) console.log(`${name}, ${place}: ${failed} failed`);
        worst.set(
          place,
          Math.min(
            worst.get(place) ?? Infinity,
            latencies.reduce((a, b) => Math.max(a, b)),
          ),
        );
      }
    }
    const each = [...worst].map(([place, ms]) => `${place} ${ms.toFixed(1).padStart(7)}`);
    console.log(`  ${name.padEnd(40)} ${each.join("  ")}`);
  }
  await hostile.terminate();
}

function clientsOf(mix: Mix): {
  readonly clients: Clients;
  readonly end: () => Promise<unknown>;
} {
  const worker = new Worker(new URL("./support/rate-client.ts", import.meta.url), {
    workerData: { mix },
    execArgv: ["--no-warnings"],
  });
  return {
    clients: async (order) => {
      worker.postMessage(order, []);
      const [result]: RateResult[] = await once(worker, "message");
      if (result === undefined) throw new Error("the client gave no result");
      return result;
    },
    end: async () => await worker.terminate(),
  };
}

export const bench = {
  name: "record-rate",
  summary:
    "the recorder at a fixed rate with real answers, batches and large ones; and beside hostile inputs",
  async run(): Promise<void> {
    if (!installed("nginx")) {
      console.log("skipped: nginx is not installed (apt-get install nginx)");
      return;
    }
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-bench-"));
    const mix = realMix();
    const upstream = await startNginx(answeringFiles(mix, folder), folder);
    const off = await startOurs("off", upstream.url, folder);
    const on = await startOurs("on", upstream.url, folder);
    const { clients, end } = clientsOf(mix);
    await fixedRate(clients, off, on);
    const problem = await on.stop();
    console.log(problem ?? "every exchange was stored");
    const other = await startOurs("on", upstream.url, folder);
    await waits(clients, { direct: upstream, off, on: other });
    await end();
    for (const each of [other, off, upstream]) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  },
};
