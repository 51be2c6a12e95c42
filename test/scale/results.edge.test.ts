import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pack, unpack } from "../../src/scale/results/packed.ts";
import { openPlace } from "../../src/scale/results/place.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { startS3, type S3 } from "../support/servers/s3.ts";
import { findingsOf, recordTraffic, startPair, type Pair } from "./traffic.ts";

let cwd = "";
let recording = "";
let pair: Pair;
let s3: S3;

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  recording = await recordTraffic(cwd, 1_000);
  pair = await startPair();
  s3 = await startS3("replays");
}, 60_000);

afterAll(async () => {
  await Promise.all([pair.old.close(), pair.candidate.close(), s3.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

function run(...words: string[]): Promise<CliResult> {
  return runCli(words, { cwd, env: s3.env });
}

function shard(index: number, of: number, results: string, out: string): Promise<CliResult> {
  const words = ["--shard", `${index}/${of}`, "--results", results, "--out", out];
  return run("replay", recording, ...pair.words, ...words);
}

const RACERS = 8;

describe.each([
  ["a folder", () => "race"],
  ["S3", () => "s3://replays/race"],
])("in %s", (kind, place) => {
  test("one of eight racing writers writes a result, whole", async () => {
    for (let round = 0; round < 5; round += 1) {
      const name = `round-${round}`;
      const writers = await Promise.all(
        Array.from({ length: RACERS }, () => openPlace(place(), cwd, s3.env)),
      );
      const bodies = writers.map((_, index) => Buffer.alloc(200_000, index));
      const won = await Promise.all(
        writers.map((writer, index) => writer.put(name, bodies[index] ?? Buffer.alloc(0))),
      );
      const winners = won.flatMap((each, index) => (each ? [index] : []));
      expect(winners).toHaveLength(1);
      const [reader] = writers;
      expect(await reader?.read(name)).toEqual(bodies[winners[0] ?? 0]);
      // One who comes later does not write either.
      expect(await writers[0]?.put(name, Buffer.from("late"))).toBe(false);
      expect(await reader?.list()).toContain(name);
      for (const writer of writers) writer.close();
    }
    const after = await openPlace(place(), cwd, s3.env);
    expect(await after.list()).toHaveLength(5);
    after.close();
  }, 60_000);

  test("shards put there are joined; a repeated one does not count", async () => {
    const base = kind === "S3" ? "s3://replays/run" : "run";
    const folders = [0, 1, 2, 1].map((index, number) => ({
      index,
      out: `${base.length}-${number}`,
    }));
    const said: string[] = [];
    for (const { index, out } of folders) {
      const { code, stderr } = await shard(index, 3, base, out);
      expect(`${code} ${stderr}`).toMatch(/^0 /);
      said.push(stderr);
    }
    expect(said.slice(0, 3).join("")).not.toContain("does not count");
    expect(said[3]).toContain("has a result of shard 1/3 already: this one does not count.");
    const out = `${base.length}-merged`;
    const merge = await run("merge", base, "--out", out);
    expect(`${merge.code} ${merge.stderr}`).toBe("0 ");
    const whole = `${base.length}-whole`;
    expect((await run("replay", recording, ...pair.words, "--out", whole)).code).toBe(0);
    expect(await findingsOf(cwd, out)).toBe(await findingsOf(cwd, whole));
  }, 120_000);
});

test("a result that is cut short or damaged does not count, and leaves the verdict open", async () => {
  for (const index of [0, 1]) expect((await shard(index, 2, "damaged", `d${index}`)).code).toBe(0);
  const [first = ""] = readdirSync(path.join(cwd, "damaged")).sort();
  const file = path.join(cwd, "damaged", first);
  const bytes = readFileSync(file);
  const flipped = Buffer.from(bytes);
  // One bit may be one that says nothing.
  for (let at = bytes.length >> 1; at < (bytes.length >> 1) + 64; at += 1)
    flipped[at] = (flipped[at] ?? 0) ^ 0x55;
  for (const [number, harm] of [
    bytes.subarray(0, bytes.length - 7),
    bytes.subarray(0, 100),
    Buffer.alloc(0),
    Buffer.from("garbage"),
    flipped,
    pack({ run: Buffer.from("SQLite format 3\0and nothing of it"), specification: null }),
  ].entries()) {
    writeFileSync(file, harm);
    const merge = await run("merge", "damaged", "--out", `damaged-${number}`);
    expect(`${number} ${merge.code} ${merge.stderr}`).toMatch(/^\d 3 /);
    expect(merge.stderr).toContain(`${first} does not count: `);
    expect(merge.stderr).toContain("Missing: shard 0 of 2 of traffic.");
    const gate = await run("gate", `damaged-${number}`);
    expect(gate.code).not.toBe(0);
    expect(gate.stdout).toContain("run.shardsMissing 1 of 2: shard 0 of traffic");
  }
  // Another's files beside them are nothing to us.
  writeFileSync(file, bytes);
  writeFileSync(path.join(cwd, "damaged", "README.txt"), "hello");
  writeFileSync(path.join(cwd, "damaged", `.${first}.half`), bytes.subarray(0, 50));
  expect(await run("merge", "damaged", "--out", "mended")).toMatchObject({ code: 0, stderr: "" });
}, 120_000);

test("results of two plans in one place are not added up", async () => {
  for (const index of [0, 1]) expect((await shard(index, 2, "mixed", `m${index}`)).code).toBe(0);
  expect((await shard(0, 3, "mixed", "m3")).code).toBe(0);
  const merge = await run("merge", "mixed", "--out", "mixed-merged");
  expect(merge.code).toBe(2);
  expect(merge.stderr).toContain("would count twice");
});

test("a store that loses its answer, or is away for a moment, is asked again; its own object is known", async () => {
  const place = await openPlace("s3://replays/flaky", cwd, s3.env);
  s3.fail("lost", 1);
  expect(await place.put("lost", Buffer.from("mine"))).toBe(true);
  s3.fail("away", 1);
  expect(await place.put("away", Buffer.from("mine"))).toBe(true);
  expect(await place.put("away", Buffer.from("other"))).toBe(false);
  place.close();
}, 30_000);

test("what can't be: results without a shard, a place that is none", async () => {
  const alone = await run("replay", recording, ...pair.words, "--out", "x", "--results", "y");
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain("--results is where shards are put");
  const none = await run("merge", "s3://replays/nothing", "--out", "z");
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("no results") });
  expect(unpack(pack({ run: Buffer.from("r"), specification: "" }))).toEqual({
    run: Buffer.from("r"),
    specification: "",
  });
});
