import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { ANVILS, startAnvil, type Anvil } from "../../src/demo/anvil.ts";
import { buildChain, type Chain } from "../../src/demo/chain.ts";
import { makeCalls } from "../../src/demo/traffic.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startAlteringProxy } from "../support/servers/altering-proxy.ts";

/** A recording in the repository as the regression suite of a node version: one file, one command, on real nodes. */
const NOT_REPEATED = new Set(["eth_sendRawTransaction", "web3_clientVersion"]);

let folder = "";
let node: Anvil;
let chain: Chain;
let cwd = "";

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  node = await startAnvil(ANVILS.candidate, {
    flags: ["--timestamp", "1700000000"],
    log: path.join(folder, "log"),
  });
  chain = await buildChain(node.url);
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  cwd = temporaryFolder();
});

function shadowdiff(...words: readonly string[]): Promise<CliResult> {
  return runCli(words, { cwd });
}

/** Writes shadowdiff.yaml and a recording of `count` calls. */
async function suite(count: number, candidate: string): Promise<void> {
  const calls = makeCalls(chain, count * 2, 1)
    .filter(({ method }) => !NOT_REPEATED.has(method))
    .slice(0, count);
  const lines = calls.map((call, id) => JSON.stringify({ jsonrpc: "2.0", id, ...call }));
  writeFileSync(path.join(cwd, "calls.jsonl"), `${lines.join("\n")}\n`);
  mkdirSync(path.join(cwd, "recordings"));
  const imported = await shadowdiff("import", "calls.jsonl", "--out", "recordings/suite.sqlite");
  expect(imported).toMatchObject({ code: 0 });
  writeFileSync(
    path.join(cwd, "shadowdiff.yaml"),
    `replay: { recordings: [recordings/suite.sqlite], old: ["${node.url}"], candidate: ["${candidate}"] }
report: { format: [html, junit] }
gate: { format: [text, junit=gate.xml] }
require: { comparedCalls: 1000, callsPerMethod: 5 }
`,
  );
}

test("passes for a version against itself", async () => {
  await suite(1_500, node.url);
  const { code, stdout } = await shadowdiff("run", "shadowdiff.yaml");
  expect(stdout).toContain("Verdict: pass");
  expect(code).toBe(0);
  const [run = ""] = readdirSync(path.join(cwd, "reports"));
  expect(readdirSync(path.join(cwd, "reports", run))).toEqual(
    expect.arrayContaining(["run.sqlite", "report.html", "junit.xml"]),
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
    expect(fails[0]).toMatch(
      /^ {2}fail {10}finding\.breaking field-removed eth_getTransactionReceipt \/result\/cumulativeGasUsed \(.*confirmed, new\)/,
    );
    expect(fails.filter((line) => line.includes("finding."))).toHaveLength(1);
  } finally {
    await proxy.close();
  }
});

test("is inconclusive with ten calls", async () => {
  await suite(10, node.url);
  const { code, stdout } = await shadowdiff("run", "shadowdiff.yaml");
  expect(code).toBe(3);
  expect(stdout).toContain("require.comparedCalls 10 < 1,000");
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
