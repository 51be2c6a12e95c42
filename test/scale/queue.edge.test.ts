import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { startPostgres, type Postgres } from "../support/servers/postgres.ts";
import { openFleet, type Fleet } from "./fleet.ts";
import { startProgram, type Program } from "./program.ts";
import {
  findingsOf,
  mostInASecond,
  recordBalances,
  recordTraffic,
  startPair,
  type Pair,
} from "./traffic.ts";

let cwd = "";
let recording = "";
let balances = "";
let pair: Pair;
let whole = "";
let postgres: Postgres;

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  recording = await recordTraffic(cwd, 1_500);
  balances = await recordBalances(cwd, 900);
  pair = await startPair();
  postgres = await startPostgres();
  const { code, stderr } = await runCli(["replay", recording, "--out", "whole", ...pair.words], {
    cwd,
  });
  if (code !== 0) throw new Error(stderr);
  whole = await findingsOf(cwd, "whole");
}, 120_000);

afterAll(async () => {
  await Promise.all([pair.old.close(), pair.candidate.close(), postgres.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

/** Far above a stall of a busy machine, and far above the time between two requests. */
const QUIET_MS = 2_500;
const OUTAGE_MS = 3_000;

/** Each test has a database of its own: workers take what any run has put into theirs. */
async function fleet(name: string, server = postgres): Promise<Fleet> {
  return openFleet(cwd, await server.database(name));
}

function startPlanner(
  folder: string,
  file: string,
  url: string,
  words: readonly string[],
): Program {
  const line = ["replay", file, "--out", path.join(folder, "followed"), "--queue", url];
  return startProgram([...line, ...words, "--shards", "4", "--timeout", "1s", "--lease", "10s"]);
}

// They wait for leases most of the time, and wait together.
describe.concurrent("workers of a queue", { timeout: 240_000 }, () => {
  test("find what one process finds, though one is killed and one sleeps past its lease", async ({
    expect,
  }) => {
    await using own = await fleet("killed");
    const killed = own.worker("killed");
    const sleeper = own.worker("sleeper");
    const running = own.replay(recording, "killed", [...pair.words, "--shards", "5"]);
    await own.until("SELECT 1 FROM shadowdiff.results");
    sleeper.signal("SIGSTOP");
    await killed.kill("SIGKILL");
    await Promise.all(["killed", "sleeper"].map((name) => own.expire(name)));
    const [held] = await own.query(
      "SELECT shard FROM shadowdiff.shards s WHERE worker = 'sleeper' AND NOT EXISTS (SELECT 1 FROM shadowdiff.results r WHERE r.shard = s.shard)",
    );
    own.hand("other");
    const { code, stderr } = await running;
    sleeper.signal("SIGCONT");
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    expect(await findingsOf(cwd, "killed")).toBe(whole);
    const results = await own.query("SELECT shard, worker FROM shadowdiff.results ORDER BY shard");
    expect(results).toHaveLength(5);
    if (held !== undefined) expect(results[Number(held["shard"])]?.["worker"]).not.toBe("sleeper");
  });

  test("go on after the database was away: nothing is lost", async ({ expect }) => {
    const server = await startPostgres();
    try {
      await using own = await fleet("outage", server);
      own.hand("a");
      const running = own.replay(recording, "outage", [...pair.words, "--shards", "4"]);
      await own.until("SELECT 1 FROM shadowdiff.results");
      await server.stop();
      await sleep(OUTAGE_MS);
      await server.start();
      const { code, stderr } = await running;
      expect(`${code} ${stderr}`).toMatch(/^0 /);
      expect(stderr).toContain("The queue is away:");
      expect(stderr).toContain("The queue is back.");
      expect(await findingsOf(cwd, "outage")).toBe(whole);
    } finally {
      await server.close();
    }
  });

  test("keep the ceilings of a target together, while they die and come back", async ({
    expect,
  }) => {
    const counting = await startPair(3);
    try {
      await using own = await fleet("ceiling");
      const first = ["a", "b"].map((name) => own.worker(name));
      own.hand("c");
      const ceiling = ["--concurrency", "3", "--rate", "150", "--shards", "8"];
      // A request that is given up is no longer under way here, though the node may still be at it.
      const patient = ["--timeout", "4s"];
      const running = own.replay(balances, "ceiling", [...counting.words, ...ceiling, ...patient]);
      await own.until("SELECT 1 FROM shadowdiff.results");
      await Promise.all(first.map((one) => one.kill("SIGKILL")));
      own.hand("d");
      const { code, stderr } = await running;
      expect(`${code} ${stderr}`).toMatch(/^0 /);
      for (const { most, at } of [counting.seen.old, counting.seen.candidate]) {
        expect(most).toBeGreaterThan(1);
        expect(most).toBeLessThanOrEqual(3);
        expect(at.length).toBeGreaterThanOrEqual(900);
      }
      // Three workers with a rate of their own would be three times as fast. A busy machine puts moments together: a study
      // holds it to the exact figure.
      const { at } = counting.seen.candidate;
      expect(mostInASecond(at)).toBeLessThanOrEqual(300);
      expect(Math.max(...at) - Math.min(...at)).toBeGreaterThan((900 / 150 / 2) * 1_000);
    } finally {
      await Promise.all([counting.old.close(), counting.candidate.close()]);
    }
  });

  test("pause, go on, and stop; what was done is kept", async ({ expect }) => {
    const counting = await startPair(2);
    try {
      await using own = await fleet("paused");
      own.hand("a");
      const words = [...counting.words, "--shards", "30", "--concurrency", "2", "--rate", "60"];
      const running = own.replay(balances, "paused", words);
      await own.until("SELECT 1 FROM shadowdiff.results");
      const [row] = await own.query("SELECT id FROM shadowdiff.runs");
      const run = String(row?.["id"]);
      expect(await own.set(run, "paused")).toMatchObject({ code: 0 });
      const asked = (): number => counting.seen.old.at.length;
      let seen = -1;
      let since = 0;
      await own.eventually("nothing is asked any more", () => {
        if (asked() !== seen) since = performance.now();
        seen = asked();
        return performance.now() - since > QUIET_MS;
      });
      await own.set(run, "running");
      await own.eventually("it goes on", () => asked() > seen);
      await own.set(run, "stopped");
      const { code, stderr } = await running;
      expect(code).toBe(4);
      expect(stderr).toContain("stopped");
      const gate = await runCli(["gate", "paused"], { cwd });
      expect(gate.code).toBe(3);
      expect(gate.stdout).toContain("run.shardsMissing");
      expect((await own.set("unknown", "paused")).code).toBe(2);
    } finally {
      await Promise.all([counting.old.close(), counting.candidate.close()]);
    }
  });

  test("go on without their planner, which another follows on", async ({ expect }) => {
    await using own = await fleet("followed");
    own.hand("a");
    const dying = startPlanner(cwd, recording, own.url, pair.words);
    await own.until("SELECT 1 FROM shadowdiff.results");
    await dying.kill("SIGKILL");
    const words = [...pair.words, "--shards", "4", "--resume"];
    const { code, stderr } = await own.replay(recording, "followed", words);
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    expect(stderr).toContain("Following ");
    expect(await findingsOf(cwd, "followed")).toBe(whole);
  });

  test("are told credentials by those who have them: none is in the database", async ({
    expect,
  }) => {
    await using own = await fleet("secret");
    const keyed = pair.words.map((word) =>
      word.startsWith("http") ? `${word}/v1/s3cr3tk3y0123456789` : word,
    );
    const env = { SHADOWDIFF_OLD_HEADERS: "authorization: Bearer s3cr3tk3y0123456789" };
    const ending = new AbortController();
    const running = own.replay(recording, "secret", keyed, { env, signal: ending.signal });
    await own.until(
      "SELECT 1 FROM shadowdiff.runs r, shadowdiff_jobs.job j WHERE r.task->>'needsTargets' = 'true' AND j.name = 'shards'",
    );
    const dump = await own.query(
      "SELECT r::text AS row FROM shadowdiff.runs r UNION ALL SELECT j::text FROM shadowdiff_jobs.job j",
    );
    expect(JSON.stringify(dump)).not.toContain("s3cr3tk3y");
    ending.abort();
    const { code, stderr } = await running;
    expect(code).toBe(4);
    expect(stderr).toContain("give each worker --old and --candidate");
  });
});
