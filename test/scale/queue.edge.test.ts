import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { runCli, type CliResult } from "../support/cli.ts";
import { startPostgres, type Postgres } from "../support/servers/postgres.ts";
import { findingsOf, recordTraffic, startPair, type Pair } from "./traffic.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

let cwd = "";
let recording = "";
let pair: Pair;
let whole = "";
let postgres: Postgres;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  recording = await recordTraffic(cwd, 3_000);
  pair = await startPair();
  postgres = await startPostgres();
  const out = await runCli(["replay", recording, "--out", "whole", ...pair.words], { cwd });
  expect(out.code).toBe(0);
  whole = await findingsOf(cwd, "whole");
}, 120_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill("SIGKILL")));
});

afterAll(async () => {
  await Promise.all([pair.old.close(), pair.candidate.close(), postgres.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

function worker(...words: string[]): WorkerProcess {
  const started = startWorker(postgres.url, words);
  workers.push(started);
  return started;
}

function replay(out: string, words: readonly string[], signal?: AbortSignal): Promise<CliResult> {
  const line = ["replay", recording, "--out", out, "--queue", postgres.url, "--lease", "10s"];
  return runCli(
    [...line, ...pair.words, ...words],
    signal === undefined ? { cwd } : { cwd, signal },
  );
}

/** Waits until a query gives a row. */
async function until(query: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const rows = await postgres.query(query).catch(() => []);
    if (rows.length > 0) return;
    await sleep(50);
  }
  throw new Error(`never: ${query}`);
}

test("workers of a queue find what one process finds, though two of them are killed", async () => {
  const killed = [worker(), worker()];
  const running = replay("killed", ["--shards", "12", "--timeout", "2s"]);
  await until("SELECT 1 FROM shadowdiff.results LIMIT 1");
  await Promise.all(killed.map((one) => one.kill("SIGKILL")));
  worker();
  worker();
  const { code, stderr } = await running;
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  expect(await findingsOf(cwd, "killed")).toBe(whole);
}, 120_000);

test("a worker that sleeps past its lease does not count when it wakes", async () => {
  const sleeper = worker("--name", "sleeper");
  const running = replay("slept", ["--shards", "3", "--timeout", "1s"]);
  await until("SELECT 1 FROM shadowdiff.shards WHERE worker = 'sleeper' AND progress IS NOT NULL");
  sleeper.signal("SIGSTOP");
  worker();
  const [held] = await postgres.query(
    "SELECT run, shard FROM shadowdiff.shards s WHERE worker = 'sleeper' AND NOT EXISTS (SELECT 1 FROM shadowdiff.results r WHERE r.run = s.run AND r.shard = s.shard) ORDER BY run DESC LIMIT 1",
  );
  const { code } = await running;
  expect(code).toBe(0);
  sleeper.signal("SIGCONT");
  expect(await findingsOf(cwd, "slept")).toBe(whole);
  if (held === undefined) return;
  const [counted] = await postgres.query(
    `SELECT worker, attempt FROM shadowdiff.results WHERE run = '${String(held["run"])}' AND shard = ${Number(held["shard"])}`,
  );
  expect(counted?.["worker"]).not.toBe("sleeper");
  expect(Number(counted?.["attempt"])).toBeGreaterThan(1);
}, 120_000);

test("the database goes away in the middle and comes back: nothing is lost", async () => {
  worker();
  worker();
  const running = replay("outage", ["--shards", "8", "--timeout", "1s"]);
  await until(
    "SELECT 1 FROM shadowdiff.results r JOIN shadowdiff.runs n ON n.id = r.run WHERE n.created_at > now() - interval '5 s' LIMIT 1",
  );
  await postgres.stop();
  await sleep(3_000);
  await postgres.start();
  const { code, stderr } = await running;
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  expect(stderr).toContain("The queue is away:");
  expect(stderr).toContain("The queue is back.");
  expect(await findingsOf(cwd, "outage")).toBe(whole);
}, 120_000);

test("no more requests are under way at a target than its ceiling, nor more a second, while workers come and go", async () => {
  const counting = await startPair(3);
  try {
    const first = [worker(), worker(), worker(), worker()];
    const line = [
      "replay",
      recording,
      "--out",
      "ceiling",
      "--queue",
      postgres.url,
      "--lease",
      "10s",
    ];
    const ceiling = ["--concurrency", "3", "--rate", "150", "--shards", "10", "--timeout", "1s"];
    const options = ["--limit", "1200", "--confirm", "0", "--exclude", "eth_call", ...ceiling];
    const running = runCli([...line, ...counting.words, ...options], { cwd });
    await until(
      "SELECT 1 FROM shadowdiff.results r JOIN shadowdiff.runs n ON n.id = r.run WHERE n.created_at > now() - interval '9 s' LIMIT 1",
    );
    await Promise.all(first.slice(0, 2).map((one) => one.kill("SIGKILL")));
    worker();
    worker();
    const { code, stderr } = await running;
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    expect(counting.seen.old.most).toBeLessThanOrEqual(3);
    expect(counting.seen.candidate.most).toBeLessThanOrEqual(3);
    expect(counting.seen.candidate.most).toBeGreaterThan(1);
  } finally {
    await Promise.all([counting.old.close(), counting.candidate.close()]);
  }
}, 120_000);

test("a run is paused, goes on, and is stopped; what was done is kept", async () => {
  const counting = await startPair(2);
  const set = (run: string, state: string): Promise<CliResult> =>
    runCli(["worker", "--queue", postgres.url, "--run", run, "--set", state], { cwd });
  try {
    worker();
    const line = ["replay", recording, "--out", "paused", "--queue", postgres.url];
    const running = runCli([...line, ...counting.words, "--shards", "20", "--concurrency", "2"], {
      cwd,
    });
    await until(
      "SELECT 1 FROM shadowdiff.results r JOIN shadowdiff.runs n ON n.id = r.run WHERE n.created_at > now() - interval '9 s' LIMIT 1",
    );
    const [row] = await postgres.query(
      "SELECT id FROM shadowdiff.runs ORDER BY created_at DESC LIMIT 1",
    );
    const run = String(row?.["id"]);
    expect(await set(run, "paused")).toMatchObject({ code: 0 });
    // A worker hears of it within a second; what is under way ends.
    await sleep(2_500);
    const asked = counting.seen.old.at.length;
    await sleep(1_500);
    expect(counting.seen.old.at.length).toBe(asked);
    await set(run, "running");
    await sleep(2_500);
    expect(counting.seen.old.at.length).toBeGreaterThan(asked);
    await set(run, "stopped");
    const { code, stderr } = await running;
    expect(code).toBe(4);
    expect(stderr).toContain("stopped");
    const gate = await runCli(["gate", "paused"], { cwd });
    expect(gate.code).toBe(3);
    expect(gate.stdout).toContain("run.shardsMissing");
    expect((await set("unknown", "paused")).code).toBe(2);
  } finally {
    await Promise.all([counting.old.close(), counting.candidate.close()]);
  }
}, 120_000);

test("credentials of targets and of the queue are nowhere in the database", async () => {
  const keyed = pair.words.map((word) =>
    word.startsWith("http") ? `${word}/v1/s3cr3tk3y0123456789` : word,
  );
  const env = { SHADOWDIFF_OLD_HEADERS: "authorization: Bearer s3cr3tk3y0123456789" };
  const ending = new AbortController();
  const line = ["replay", recording, "--out", "secret", "--queue", postgres.url, ...keyed];
  const running = runCli(line, { cwd, env, signal: ending.signal });
  await until("SELECT 1 FROM shadowdiff.runs WHERE task->>'needsTargets' = 'true'");
  const dump = await postgres.query(
    "SELECT r::text AS row FROM shadowdiff.runs r UNION ALL SELECT j::text FROM shadowdiff_jobs.job j",
  );
  expect(JSON.stringify(dump)).not.toContain("s3cr3tk3y");
  ending.abort();
  const { code, stderr } = await running;
  expect(code).toBe(4);
  expect(stderr).toContain("give each worker --old and --candidate");
}, 60_000);
