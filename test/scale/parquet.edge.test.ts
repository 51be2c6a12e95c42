import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXPORTED } from "../../src/runs/export-tables.ts";
import { exportParquet } from "../../src/runs/parquet.ts";
import { readRun } from "../../src/runs/reader.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { tmpdir } from "node:os";
import { recordTraffic, startPair, type Pair } from "./traffic.ts";

let cwd = "";
let pair: Pair;

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  pair = await startPair();
  const recording = await recordTraffic(cwd, 600);
  const { code, stderr } = await runCli(["replay", recording, "--out", "run", ...pair.words], {
    cwd,
  });
  expect(`${code} ${stderr}`).toMatch(/^0 /);
}, 60_000);

afterAll(async () => {
  await Promise.all([pair.old.close(), pair.candidate.close()]);
  rmSync(cwd, { recursive: true, force: true });
});

type Row = Record<string, unknown>;

async function table(folder: string, name: string): Promise<Row[]> {
  const bytes = readFileSync(path.join(folder, `${name}.parquet`));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return (await parquetReadObjects({ file })) as Row[];
}

function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}

test("another reader finds in the tables what the run counted", async () => {
  const { code, stdout } = await runCli(["export", "run", "--parquet", "out/tables"], { cwd });
  expect(code).toBe(0);
  const folder = path.join(cwd, "out", "tables");
  expect(readdirSync(folder).sort()).toEqual(EXPORTED.map(({ name }) => `${name}.parquet`).sort());
  const facts = readRun(path.join(cwd, "run"));
  const comparisons = await table(folder, "comparisons");
  expect(stdout).toContain(`comparisons.parquet: ${comparisons.length} rows`);
  const different = comparisons.filter(({ fingerprints }) => fingerprints !== "[]");
  expect(sum(different, "calls")).toBe(facts.counts.different);
  expect(different.length).toBeGreaterThan(1);
  const methods = await table(folder, "methods");
  expect(sum(methods, "calls")).toBe(facts.counts.calls);
  expect(new Set(methods.map(({ method }) => method))).toEqual(
    new Set(facts.methods.map(({ method }) => method)),
  );
  const findings = await table(folder, "findings");
  expect(new Set(findings.map(({ fingerprint }) => fingerprint))).toEqual(
    new Set(facts.groups.map(({ fingerprint }) => fingerprint)),
  );
  const customers = await table(folder, "customers");
  expect(customers).toHaveLength(facts.customers.length);
  for (const { customer, last_seen: seen } of customers) {
    expect(customer).toMatch(/^cus_/);
    expect((seen as Date).toISOString()).toMatch(/^2026-11-20T/);
  }
  expect(sum(await table(folder, "not_compared"), "calls")).toBe(
    facts.counts.skipped + facts.counts.uncomparable,
  );
});

test("every row of every table comes back, over several row groups, with nulls and any text", async () => {
  const run = path.join(temporaryFolder(), "run");
  const { code } = await runCli(["merge", path.join(cwd, "run"), "--out", run], { cwd });
  expect(code).toBe(0);
  const database = new Database(path.join(run, "run.sqlite"));
  const names = ["", "a\u0000b", "ünï — 🦉", "x".repeat(70_000), "cus_null"];
  const insert = database.prepare("INSERT INTO customers VALUES (?, ?, 0.5, 1, 0, ?)");
  database.transaction(() => {
    for (const [index, name] of names.entries()) insert.run(name, index, null);
    for (let index = 0; index < 120_000; index += 1)
      insert.run(`many ${index}`, index, index * 1e6);
  })();
  const expected = database
    .prepare("SELECT customer, calls, last_seen FROM customers ORDER BY customer")
    .all() as Row[];
  database.close();
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, "customers.parquet"), "of before");
  exportParquet(run, folder);
  const read = await table(folder, "customers");
  const byName = new Map(read.map((row) => [row["customer"], row]));
  expect(byName.size).toBe(expected.length);
  const wrong = expected.filter(({ customer, calls, last_seen: seen }) => {
    const row = byName.get(customer);
    const date = row?.["last_seen"] as Date | null | undefined;
    return row?.["calls"] !== calls || (seen === null ? date != null : date?.getTime() !== seen);
  });
  expect(wrong).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
}, 60_000);

test("what can't be: no run, a folder that is a file", async () => {
  expect((await runCli(["export", "none", "--parquet", "t"], { cwd })).code).toBe(2);
  writeFileSync(path.join(cwd, "file"), "");
  const file = await runCli(["export", "run", "--parquet", "file/t"], { cwd });
  expect(file.code).toBe(4);
  expect(file.stderr).toContain("can't be written to");
});
