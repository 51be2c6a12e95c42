import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRecordings } from "../../src/replay/given/recordings.ts";
import { readRun } from "../../src/runs/reader.ts";
import { makePlan } from "../../src/scale/plan/make.ts";
import { shardOf } from "../../src/scale/shard.ts";
import { REPLAY_DEFAULTS } from "../../src/replay/given/options.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { findingsOf, recordTraffic, startPair, type Pair } from "./traffic.ts";

const EXCHANGES = 3_000;
let cwd = "";
let recording = "";
let pair: Pair;
let whole = "";

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  recording = await recordTraffic(cwd, EXCHANGES);
  pair = await startPair();
  expect(await replay("whole")).toMatchObject({ code: 0 });
  whole = await findingsOf(cwd, "whole");
}, 120_000);

afterAll(async () => {
  await Promise.all([pair.old.close(), pair.candidate.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

function replay(out: string, ...words: string[]): Promise<CliResult> {
  return runCli(["replay", recording, "--out", out, ...pair.words, ...words], { cwd });
}

async function shards(name: string, of: number): Promise<string[]> {
  const folders = Array.from({ length: of }, (_, index) => `${name}-${index}`);
  for (const [index, folder] of folders.entries()) {
    const { code, stderr } = await replay(folder, "--shard", `${index}/${of}`);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }
  return folders;
}

describe("the same findings as one process", () => {
  test("from two processes, byte for byte but for times", async () => {
    const { code, stdout } = await replay("workers", "--workers", "2");
    expect(code).toBe(0);
    expect(stdout).toContain("different");
    expect(await findingsOf(cwd, "workers")).toBe(whole);
    expect(existsSync(path.join(cwd, "workers", "shards"))).toBe(false);
  }, 60_000);

  test("from eight shards, merged in another order", async () => {
    const folders = await shards("eight", 8);
    const order = [5, 2, 7, 0, 4, 1, 6, 3].map((index) => folders[index] ?? "");
    const { code, stderr } = await runCli(["merge", ...order, "--out", "merged"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await findingsOf(cwd, "merged")).toBe(whole);
    const again = await runCli(["merge", ...folders, "--out", "again"], { cwd });
    expect(again.code).toBe(0);
    expect(await findingsOf(cwd, "again")).toBe(whole);
    const lost = await runCli(["merge", ...folders.slice(1), "--out", "lost"], { cwd });
    expect(lost.code).toBe(3);
    expect(lost.stderr).toContain("Missing: shard 0 of 8 of traffic.");
    const gate = await runCli(["gate", "lost"], { cwd });
    expect(gate.stdout).toContain("run.shardsMissing 1 of 8: shard 0 of traffic");
    // A merged whole and the run of one process are the same work.
    const both = await runCli(["gate", "whole", "merged"], { cwd });
    expect(both.stdout).toContain("run.repeated");
  }, 120_000);

  test("with a limit", async () => {
    expect((await replay("limited", "--limit", "1100")).code).toBe(0);
    const limited = await findingsOf(cwd, "limited");
    const folders = [];
    for (const index of [0, 1, 2]) {
      const words = ["--limit", "1100", "--shard", `${index}/3`];
      expect((await replay(`l${index}`, ...words)).code).toBe(0);
      folders.push(`l${index}`);
    }
    expect((await runCli(["merge", ...folders, "--out", "l"], { cwd })).code).toBe(0);
    expect(await findingsOf(cwd, "l")).toBe(limited);
  }, 60_000);
});

test("each exchange lies in one shard, and a filter's calls in that of the first", () => {
  const opened = openRecordings([recording]);
  const options = { ...REPLAY_DEFAULTS, old: [], candidate: [] };
  try {
    for (const of of [1, 2, 3, 7, 40]) {
      const plan = makePlan(opened, options, of);
      const ids = plan.shards.flatMap(({ index }) =>
        shardOf(opened, plan, index).flatMap((reader) =>
          [...reader.exchanges()].map(({ id }) => ({ id, index })),
        ),
      );
      expect(ids.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
        Array.from({ length: EXCHANGES }, (_, id) => id + 1),
      );
      expect(makePlan(opened, options, of)).toEqual(plan);
    }
  } finally {
    for (const reader of opened) reader.close();
  }
});

test("nothing is counted as of an unknown filter", () => {
  expect(readRun(path.join(cwd, "whole")).notCompared.map(({ reason }) => reason)).toEqual([
    "writes",
  ]);
});

test.each([
  ["8/8", "the last of 8 is 7/8"],
  ["1/0", "there is at least one shard, 0/1"],
  ["x", "expected INDEX/COUNT"],
])("--shard %s is refused", async (shard, text) => {
  const { code, stderr } = await replay("none", "--shard", shard);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
});

test("a worker's usage error comes out as its own", async () => {
  const { code, stderr } = await replay("pinned", "--workers", "2", "--pin", "99999999");
  expect(`${code} ${stderr}`).toMatch(/^2 /);
  expect(stderr).toContain("--pin 99999999: not all targets hold that block");
});

test("options of a fleet that can't go together are refused", async () => {
  expect((await replay("s", "--workers", "2", "--speed", "1")).code).toBe(2);
  expect((await replay("s", "--workers", "2", "--shard", "0/2")).code).toBe(2);
});
