import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Parity } from "../../src/parity/parity.ts";
import { runCli } from "../support/cli.ts";

let cwd: string;
const at = new Date("2026-11-20T00:00:00Z");
const env = { SHADOWDIFF_KEY: "k".repeat(32) };
const cli = (words: string[], now = at) => runCli(words, { cwd, env, now });

function answer(value: unknown): object {
  return { jsonrpc: "2.0", id: 1, ...(value as object) };
}

function pair(method: string, old: unknown, candidate: unknown, customer: string): string {
  return JSON.stringify({
    request: { jsonrpc: "2.0", id: 1, method, params: [] },
    old: answer(old),
    candidate: answer(candidate),
    customer,
  });
}

const absent = {
  error: { code: -32601, message: "the method trace_block does not exist/is not available" },
};

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-parity-"));
  const lines = [
    ...Array.from({ length: 97 }, () =>
      pair("eth_chainId", { result: "0x1" }, { result: "0x1" }, "acme"),
    ),
    ...Array.from({ length: 3 }, () => pair("trace_block", { result: [] }, absent, "zeta")),
  ];
  writeFileSync(path.join(cwd, "pairs.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(path.join(cwd, "customers.csv"), "account,name,key\nzeta,Zeta Ltd,zeta\n");
  const versions = [
    "--old-version",
    "Geth/v1.17.0-stable/linux-amd64/go1.25",
    "--candidate-version",
    "erigon/3.2.0/linux-amd64/go1.25",
  ];
  expect((await cli(["compare", "pairs.jsonl", "--out", "run", ...versions])).code).toBe(0);
});
afterAll(() => rmSync(cwd, { recursive: true }));

test("the answer, with customers by name", async () => {
  const { code, stdout } = await cli(["parity", "run", "--customers", "customers.csv"]);
  expect(code).toBe(0);
  expect(stdout).toContain(
    "97 % of your traffic can fail over; this method can't; this customer must not.",
  );
  expect(stdout).toContain("trace_block: 3 % of traffic, absent there");
  expect(stdout).toContain("Zeta Ltd: 100 % of their traffic (trace_block)");
});

test("as JSON, and as a page in a file", async () => {
  const { stdout } = await cli(["parity", "run", "--json"]);
  const parity = JSON.parse(stdout) as Parity;
  expect(parity).toMatchObject({ schemaVersion: 1, canFailOver: 0.97, shares: { absent: 0.03 } });
  const page = await cli(["parity", "run", "--format", "html", "--out", "parity.html"]);
  expect(page.stdout).toMatch(/can fail over; .*\nparity\.html\n$/);
  expect(readFileSync(path.join(cwd, "parity.html"), "utf8")).toContain("<code>trace_block</code>");
});

test("a standing job: exit code, and step 14 of the checklist with its age and version", async () => {
  expect((await cli(["parity", "run", "--at-least", "95%"])).code).toBe(0);
  const low = await cli(["parity", "run", "--at-least", "98%"]);
  expect([low.code, low.stderr]).toEqual([1, "97 % can fail over, 98 % were asked for.\n"]);
  await cli(["upgrade", "init", "u", "--client", "geth", "--from", "1.16.7", "--to", "1.17.0"]);
  await cli(["parity", "run", "--upgrade", "u", "--at-least", "95%"]);
  const step = async (now: Date): Promise<string> => {
    const { stdout } = await cli(["upgrade", "status", "u"], now);
    return stdout.replaceAll(/\s+/g, " ").split("Another client can take over")[1] ?? "";
  };
  expect(await step(at)).toMatch(/^ done: erigon\/3\.2\.0.*: 97 % of your traffic can fail over/);
  expect(await step(new Date("2027-01-20T00:00:00Z"))).toMatch(/^ open: .*61 days ago: too long/);
  await cli(["parity", "run", "--upgrade", "u", "--at-least", "98%"]);
  expect(await step(at)).toMatch(/^ (?:blocked|open|failed): /);
});

test.each([
  [["parity", "none"], "There is no run in"],
  [["parity"], "RUNS"],
  [["parity", "run", "--at-least", "plenty"], "expected a share"],
  [["parity", "run", "--format", "pdf"], "--format"],
  [["parity", "run", "--customers", "none.csv"], "none.csv"],
  [["parity", "run", "--upgrade", "."], "is no upgrade's folder"],
  [["parity", "run", "--spec", "pairs.jsonl"], "The specification can't be used"],
  [["parity", "pairs.jsonl"], "There is no run in"],
])("%j is a usage error", async (words, text) => {
  const { code, stderr } = await cli(words);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
  expect(stderr).not.toContain("    at ");
});
