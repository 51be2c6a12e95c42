import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REPLAY_DEFAULTS } from "../../src/replay/given/options.ts";
import { openRecordings } from "../../src/replay/given/recordings.ts";
import { makePlan } from "../../src/scale/plan/make.ts";
import { createTables, openDatabase } from "../../src/scale/queue/database.ts";
import { addRun, claim, readResult, storeResult } from "../../src/scale/queue/store.ts";
import { taskOf } from "../../src/scale/queue/task.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { startFakeNode } from "../support/servers/fake-node.ts";
import { startPostgres, type Postgres } from "../support/servers/postgres.ts";
import { openFleet, type Fleet } from "./fleet.ts";
import {
  answers,
  findingsOf,
  recordBalances,
  recordTraffic,
  startPair,
  type Pair,
} from "./traffic.ts";

const SHARDS = 3;
const LONGEST_MS = 120_000;
let cwd = "";
let recording = "";
let pair: Pair;
let whole = "";
let postgres: Postgres;

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  recording = await recordTraffic(cwd, 600);
  pair = await startPair();
  postgres = await startPostgres();
  expect((await runCli(["replay", recording, "--out", "whole", ...pair.words], { cwd })).code).toBe(
    0,
  );
  whole = await findingsOf(cwd, "whole");
}, LONGEST_MS);

afterAll(async () => {
  await Promise.all([pair.old.close(), pair.candidate.close(), postgres.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

async function fleet(name: string): Promise<Fleet> {
  return openFleet(cwd, await postgres.database(name));
}

function replay(own: Fleet, out: string, ...words: string[]): Promise<CliResult> {
  return own.replay(recording, out, [...pair.words, "--shards", String(SHARDS), ...words]);
}

function gate(out: string): Promise<CliResult> {
  return runCli(["gate", out], { cwd });
}

function body(index: number): Buffer {
  return Buffer.alloc(10_000, index);
}

test(
  "of eight writers of one result one writes it, and only the newest attempt may",
  async () => {
    const { url } = await postgres.database("racing");
    const database = openDatabase(url);
    const opened = openRecordings([recording]);
    try {
      await createTables(database, url);
      const plan = makePlan(opened, { ...REPLAY_DEFAULTS, old: [], candidate: [] }, SHARDS);
      await addRun(database, "run", plan, taskOf({}, {}));
      for (const shard of [0, 1, 2]) {
        const job = { run: "run", shard };
        const old = await claim(database, job, "asleep");
        const attempt = await claim(database, job, "awake");
        expect(await storeResult(database, job, old ?? 0, "asleep", body(9))).toBe(false);
        const stored = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            storeResult(database, job, attempt ?? 0, `w${index}`, body(index)),
          ),
        );
        expect(stored.filter(Boolean)).toHaveLength(1);
        expect(await readResult(database, "run", shard)).toEqual(body(stored.indexOf(true)));
        expect(await claim(database, job, "late")).toBeNull();
      }
    } finally {
      for (const reader of opened) reader.close();
      await database.end();
    }
  },
  LONGEST_MS,
);

test(
  "a result that is damaged, or another shard's, does not count; its shard is done anew",
  async () => {
    await using own = await fleet("damaged");
    own.hand("a");
    expect((await replay(own, "damaged")).code).toBe(0);
    for (const harm of [
      String.raw`'\x28b52ffd0102'`,
      "substring(data from 1 for 200)",
      "(SELECT data FROM shadowdiff.results WHERE shard = 1)",
    ]) {
      await own.query(`UPDATE shadowdiff.results SET data = ${harm} WHERE shard = 0`);
      const harmed = await replay(own, "damaged", "--resume");
      expect(`${harmed.code} ${harmed.stderr}`).toMatch(/^4 /);
      expect(harmed.stderr).toContain("shard 0 of 3 missing");
      expect((await gate("damaged")).stdout).toContain(
        "run.shardsMissing 1 of 3: shard 0 of traffic",
      );
      await own.query("DELETE FROM shadowdiff.results WHERE shard = 0");
      const mended = await replay(own, "damaged", "--resume");
      expect(`${mended.code} ${mended.stderr}`).toMatch(/^0 /);
      expect(await findingsOf(cwd, "damaged")).toBe(whole);
    }
  },
  LONGEST_MS,
);

test(
  "a shard that always fails is given up, named, and leaves the verdict open",
  async () => {
    const balances = await recordBalances(cwd, 300);
    const old = await startFakeNode({ answer: answers("old") });
    const candidate = await startFakeNode({
      answer: answers("candidate"),
      // Some of them.
      respond(body, response) {
        if (!/"0x1[0-9]{2}"/.test(body)) return false;
        response.destroy();
        return true;
      },
    });
    try {
      await using own = await fleet("failing");
      const words = ["--old", old.url, "--candidate", candidate.url, "--shards", "3"];
      const running = own.replay(balances, "failing", [...words, "--max-failures", "5"]);
      await own.until("SELECT 1 FROM shadowdiff_jobs.job WHERE name = 'shards'");
      // The same with fewer tries.
      await own.query("UPDATE shadowdiff_jobs.job SET retry_limit = 1 WHERE name = 'shards'");
      own.hand("a");
      const { code, stderr } = await running;
      expect(`${code} ${stderr}`).toMatch(/^4 /);
      expect(stderr).toContain("1 given up");
      const [, shard] = /shard (\d) of 3 missing/.exec(stderr) ?? [];
      expect(shard).toBeDefined();
      const verdict = await gate("failing");
      expect(verdict.code).toBe(3);
      expect(verdict.stdout).toContain(`run.shardsMissing 1 of 3: shard ${shard} of balances`);
    } finally {
      await Promise.all([old.close(), candidate.close()]);
    }
  },
  LONGEST_MS,
);

test(
  "a planner that died before its shards were in the queue is followed on; a note that is none is refused",
  async () => {
    await using own = await fleet("unsent");
    const database = openDatabase(own.url);
    const opened = openRecordings([recording]);
    try {
      await createTables(database, own.url);
      const plan = makePlan(opened, { ...REPLAY_DEFAULTS, old: [], candidate: [] }, SHARDS, [
        recording,
      ]);
      const running = replay(own, "first");
      await own.until("SELECT 1 FROM shadowdiff.runs");
      const [row] = await own.query("SELECT task FROM shadowdiff.runs");
      const task = { ...taskOf({}, {}), ...(row?.["task"] as object), needsTargets: false };
      await addRun(database, "unsent", plan, task);
      mkdirSync(path.join(cwd, "unsent"));
      writeFileSync(path.join(cwd, "unsent", "queue.json"), '{"run":"unsent"}');
      own.hand("a");
      const [first, followed] = await Promise.all([running, replay(own, "unsent", "--resume")]);
      expect(`${first.code} ${first.stderr}`).toMatch(/^0 /);
      expect(`${followed.code} ${followed.stderr}`).toMatch(/^0 /);
      expect(followed.stderr).toContain("3 shards put into the queue again");
      // Two planners of one plan: each has its own results, and all of them.
      expect(await findingsOf(cwd, "unsent")).toBe(whole);
      expect(await findingsOf(cwd, "first")).toBe(whole);
      expect(await own.query("SELECT 1 FROM shadowdiff.results")).toHaveLength(2 * SHARDS);
    } finally {
      for (const reader of opened) reader.close();
      await database.end();
    }
    for (const note of ["", "{", "[]", '{"run":7}', '{"run":"none"}']) {
      writeFileSync(path.join(cwd, "unsent", "queue.json"), note);
      const { code, stderr } = await replay(own, "unsent", "--resume");
      expect(`${code} ${stderr}`).toMatch(/^2 [^]*names no run of this queue/);
    }
  },
  LONGEST_MS,
);

test(
  "a plan of another version, and a recording that changed under its name, are refused",
  async () => {
    await using own = await fleet("version");
    const file = path.join(cwd, "changing", "traffic.sqlite");
    mkdirSync(path.dirname(file));
    copyFileSync(recording, file);
    const words = [...pair.words, "--shards", String(SHARDS)];
    const changing = own.replay(file, "changed", words);
    await own.until("SELECT 1 FROM shadowdiff_jobs.job WHERE name = 'shards'");
    rmSync(file);
    const other = path.join(cwd, "other");
    mkdirSync(other);
    copyFileSync(await recordTraffic(other, 400), file);
    own.hand("a");
    const changed = await changing;
    expect(`${changed.code} ${changed.stderr}`).toMatch(/^2 /);
    expect(changed.stderr).toContain("does not hold what the plan was made of");
    await own.query(`UPDATE shadowdiff.runs SET plan = jsonb_set(plan, '{formatVersion}', '2')`);
    const { code, stderr } = await own.replay(file, "changed", [...words, "--resume"]);
    expect(`${code} ${stderr}`).toMatch(/^2 /);
    expect(stderr).toContain("is of another version of shadowdiff, or damaged");
  },
  LONGEST_MS,
);
