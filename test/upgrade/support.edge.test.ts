import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";

let cwd: string;
const env = { SHADOWDIFF_KEY: "k".repeat(32) };
const cli = (...words: string[]) =>
  runCli(words, { cwd, env, now: new Date("2026-11-20T00:00:00Z") });

function pair(customer: string, candidate: object): string {
  return JSON.stringify({
    request: {
      jsonrpc: "2.0",
      id: 1,
      method: "eth_getTransactionReceipt",
      params: [`0x${"1".repeat(64)}`],
    },
    old: { jsonrpc: "2.0", id: 1, result: { status: "0x1", root: "0x5" } },
    candidate: { jsonrpc: "2.0", id: 1, result: candidate },
    customer,
  });
}

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-support-"));
  await cli("upgrade", "init", "u", "--client", "geth", "--from", "1.16.7", "--to", "1.17.0");
  writeFileSync(
    path.join(cwd, "pairs.jsonl"),
    `${pair("acme", { status: "0x1" })}\n${pair("zeta", { status: "0x1", root: "0x5" })}\n`,
  );
  writeFileSync(
    path.join(cwd, "customers.csv"),
    "account,name,key,owner\nacme,Acme <b>Ltd</b>,acme,Kim\nzeta,Zeta,zeta,\n",
  );
  const versions = [
    "--old-version",
    "Geth/v1.16.7-stable",
    "--candidate-version",
    "Geth/v1.17.0-stable",
  ];
  expect((await cli("compare", "pairs.jsonl", "--out", "u/runs/traffic", ...versions)).code).toBe(
    0,
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

const page = (): string => readFileSync(path.join(cwd, "u/support.md"), "utf8");

test("before a notice is drafted it has the dates, and says what comes first", async () => {
  const { code, stdout } = await cli("upgrade", "support", "u");
  expect([code, stdout]).toEqual([
    0,
    "No notice was drafted yet: u/support.md has the dates alone.\n",
  ]);
  expect(page()).toContain("# For support: geth 1.16.7 to 1.17.0");
});

test("each customer with what changes, who was told, and who has to act first", async () => {
  const drafted = await cli(
    "notice",
    "draft",
    "u/runs/traffic",
    "--upgrade",
    "u/upgrade.yaml",
    "--customers",
    "customers.csv",
  );
  expect({ code: drafted.code, stderr: drafted.code === 0 ? "" : drafted.stderr }).toEqual({
    code: 0,
    stderr: "",
  });
  const { code, stdout } = await cli("upgrade", "support", "u");
  expect([code, stdout]).toEqual([0, "u/support.md: 2 customers, 1 of them have to act.\n"]);
  const text = page();
  expect(text).toContain("## Have to act: 1 of 2");
  expect(text).toContain("### Acme &lt;b>Ltd&lt;/b> (acme)");
  expect(text).toContain("- eth\\_getTransactionReceipt no longer returns root.");
  expect(text).toContain("not told yet: the notice is a draft; no answer; looked after by Kim.");
  expect(text).toContain("- Zeta (zeta): not-seen;");
  expect(text).toContain("shadowdiff ask 'CURL LINE OR JSON'");
});

test("their answers are in it, and JSON has the same", async () => {
  const answered = await cli(
    "notice",
    "answer",
    "acme",
    "objects",
    "--run",
    "u/runs/traffic",
    "--reason",
    "we ship in May",
  );
  expect({ code: answered.code, stderr: answered.code === 0 ? "" : answered.stderr }).toEqual({
    code: 0,
    stderr: "",
  });
  const { stdout } = await cli("upgrade", "support", "u", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    file: "u/support.md",
    customers: [
      { account: "acme", hasToAct: true, answer: "objects: we ship in May" },
      { account: "zeta", hasToAct: false },
    ],
  });
});

test("a folder that is none is a usage error", async () => {
  const { code, stderr } = await cli("upgrade", "support", ".");
  expect(code).toBe(2);
  expect(stderr).toContain("is no upgrade's folder");
});
