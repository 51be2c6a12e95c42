import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localFiles } from "../../src/scale/stores/s3.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { startS3, type S3 } from "../support/servers/s3.ts";
import { findingsOf, recordTraffic, startPair, type Pair } from "./traffic.ts";

const URI = "s3://recordings/day/traffic.sqlite";
let cwd = "";
let recording = "";
let pair: Pair;
let s3: S3;

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  recording = await recordTraffic(cwd, 1_000);
  pair = await startPair();
  s3 = await startS3("recordings");
  await put("day/traffic.sqlite", readFileSync(recording));
}, 60_000);

afterAll(async () => {
  await Promise.all([pair.old.close(), pair.candidate.close(), s3.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

async function put(key: string, body: Buffer): Promise<void> {
  const client = new S3Client({
    endpoint: s3.env["AWS_ENDPOINT_URL"] ?? "",
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
  });
  await client.send(new PutObjectCommand({ Bucket: "recordings", Key: key, Body: body }));
  client.destroy();
}

function environment(cache: string): Record<string, string> {
  return { ...s3.env, XDG_CACHE_HOME: path.join(cwd, cache) };
}

function replay(uri: string, out: string, ...words: string[]): Promise<CliResult> {
  const line = ["replay", uri, "--out", out, ...pair.words, ...words];
  return runCli(line, { cwd, env: environment("cache") });
}

test("a recording in S3 is replayed as the file is, and fetched once for all shards of a machine", async () => {
  expect((await replay(recording, "file")).code).toBe(0);
  const before = s3.fetched.bytes;
  const folders = ["0", "1", "2"];
  for (const shard of folders) {
    const { code, stderr } = await replay(URI, shard, "--shard", `${shard}/3`);
    expect(`${code} ${stderr}`).toMatch(/^0 /);
  }
  expect((await runCli(["merge", ...folders, "--out", "merged"], { cwd })).code).toBe(0);
  expect(await findingsOf(cwd, "merged")).toBe(await findingsOf(cwd, "file"));
  expect(s3.fetched.bytes - before).toBe(statSync(recording).size);
}, 60_000);

test("processes that come at once fetch it once; a newer version is fetched anew", async () => {
  const before = s3.fetched.requests;
  const env = environment("together");
  const all = await Promise.all(Array.from({ length: 8 }, () => localFiles([URI], cwd, env)));
  expect(new Set(all.flat()).size).toBe(1);
  expect(s3.fetched.requests - before).toBe(1);
  await put("day/changing.sqlite", Buffer.from("one"));
  const [one = ""] = await localFiles(["s3://recordings/day/changing.sqlite"], cwd, env);
  await put("day/changing.sqlite", Buffer.from("two"));
  const [two = ""] = await localFiles(["s3://recordings/day/changing.sqlite"], cwd, env);
  expect([readFileSync(one, "utf8"), readFileSync(two, "utf8")]).toEqual(["one", "two"]);
});

test("what is not there is a usage error; a store that is away a failure", async () => {
  const missing = await replay("s3://recordings/none.sqlite", "none");
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain("There is no s3://recordings/none.sqlite.");
  const forget = await runCli(["inspect", URI, "--forget", "cus_0123456789abcdef"], { cwd });
  expect(forget).toMatchObject({ code: 2, stderr: expect.stringContaining("alone") });
  expect((await replay("s3://recordings", "none")).stderr).toContain("names no object");
  const env = {
    ...environment("away"),
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_MAX_ATTEMPTS: "1",
  };
  await expect(localFiles([URI], cwd, env)).rejects.toThrow("can't be read");
}, 30_000);
