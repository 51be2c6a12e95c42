import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCli, type CliResult } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startAlteringProxy } from "../support/servers/altering-proxy.ts";
import { startSuiteNode, writeSuite, type SuiteNode } from "./suite.ts";

let node: SuiteNode;
let cwd = "";

beforeAll(async () => {
  node = await startSuiteNode();
});
afterAll(() => node.stop());
beforeEach(() => {
  cwd = temporaryFolder();
});

function shadowdiff(...words: readonly string[]): Promise<CliResult> {
  return runCli(words, { cwd });
}

function suite(count: number, candidate: string): Promise<void> {
  return writeSuite(cwd, { chain: node.chain, count, old: node.url, candidate });
}

test("passes for a version against itself", async () => {
  await suite(1_500, node.url);
  const { code, stdout } = await shadowdiff("run", "shadowdiff.yaml");
  expect(stdout).toContain("Verdict: pass");
  expect(code).toBe(0);
  const [run = ""] = readdirSync(path.join(cwd, "reports"));
  expect(readdirSync(path.join(cwd, "reports", run))).toEqual(
    expect.arrayContaining(["run.sqlite", "report.html", "findings.json"]),
  );
  expect(readdirSync(cwd)).toContain("gate.xml");
});

test("fails when the candidate has one breaking change", async () => {
  // An upgrade that loses one field of one method.
  const proxy = await startAlteringProxy(node.url, (request, answer) =>
    request.includes('"eth_getTransactionReceipt"') && answer.includes('"cumulativeGasUsed"')
      ? answer.replace(/"cumulativeGasUsed":"0x[0-9a-f]+",?/, "")
      : null,
  );
  try {
    await suite(1_500, proxy.url);
    const { code, stdout } = await shadowdiff("run", "shadowdiff.yaml", "--out", "reports/planted");
    expect(proxy.altered()).toBeGreaterThan(0);
    expect(code).toBe(1);
    const fails = stdout.split("\n").filter((line) => line.startsWith("  fail "));
    expect(fails.find((line) => line.includes("finding."))).toMatch(
      /^ {2}fail {10}finding\.breaking field-removed eth_getTransactionReceipt \/result\/cumulativeGasUsed \(.*confirmed, new\)/,
    );
    expect(fails.filter((line) => line.includes("finding."))).toHaveLength(1);
  } finally {
    await proxy.close();
  }
});

test("is inconclusive with ten calls", async () => {
  await suite(10, node.url);
  // What the suite lowers for its size is put back: the defaults want more than ten calls.
  const file = path.join(cwd, "shadowdiff.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^(?:require|limits).*$/gm, ""));
  const { code, stdout } = await shadowdiff("run", "shadowdiff.yaml");
  expect(code).toBe(3);
  expect(stdout).toContain("require.comparedCalls 10 < 3,000");
});

test("stops at the check when a side is not there", async () => {
  await suite(10, "http://127.0.0.1:1");
  const { code, stderr } = await shadowdiff("run", "shadowdiff.yaml");
  expect(code).toBe(4);
  expect(stderr).toContain("127.0.0.1:1");
  expect(readdirSync(cwd)).not.toContain("reports");
});

test("says what is missing where there is no file", async () => {
  expect(await shadowdiff("run")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("name the file"),
  });
  expect(await shadowdiff("run", "other.yaml")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("other.yaml"),
  });
});
