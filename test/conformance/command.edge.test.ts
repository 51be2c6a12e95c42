import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { DOCUMENT } from "./document.ts";

let cwd: string;
let url: string;
const server = createServer((request, response) => {
  if (request.url === "/spec.json") response.end(JSON.stringify(DOCUMENT));
  else response.writeHead(404).end("not here");
});

const block = { number: "0x1", timestamp: "0x2" };
const pair = (old: object, candidate: object): string =>
  JSON.stringify({
    request: { jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["0x1", false] },
    old: { jsonrpc: "2.0", id: 1, result: old },
    candidate: { jsonrpc: "2.0", id: 1, result: candidate },
    customer: "acme",
  });

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-spec-"));
  writeFileSync(path.join(cwd, "spec.json"), JSON.stringify(DOCUMENT));
  writeFileSync(path.join(cwd, "pairs.jsonl"), `${pair({ number: "0x1" }, block)}\n`);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(cwd, { recursive: true });
});

const env = { SHADOWDIFF_KEY: "k".repeat(32) };
const cli = (...words: string[]) => runCli(words, { cwd, env });

function findings(
  run: string,
): { conformance?: string; conformanceReason?: string; severity: string }[] {
  const file = readFileSync(path.join(cwd, run, "findings.json"), "utf8");
  return (JSON.parse(file) as { findings: ReturnType<typeof findings> }).findings;
}

test.each([
  ["a file", () => "spec.json"],
  ["a URL", () => `${url}/spec.json`],
])("compare with %s: findings.json and the page say who departs", async (name, spec) => {
  const run = name.replace(" ", "-");
  const compared = await cli("compare", "pairs.jsonl", "--out", run, "--spec", spec());
  expect(compared.code).toBe(0);
  await cli("report", run, "--format", "json", "--format", "html");
  expect(findings(run)).toMatchObject([
    {
      conformance: "gained",
      conformanceReason:
        "Old departs from the specification and the candidate follows it: /result/timestamp is missing.",
      severity: "info",
    },
  ]);
  const page = readFileSync(path.join(cwd, run, "report.html"), "utf8");
  expect(page).toContain("Test service 3: Old departs from the specification");
});

test("a run without one says nothing of it, until report is given one", async () => {
  await cli("compare", "pairs.jsonl", "--out", "later");
  await cli("report", "later", "--format", "json");
  expect(findings("later")[0]).not.toHaveProperty("conformance");
  await cli("report", "later", "--format", "json", "--spec", "spec.json");
  await cli("report", "later", "--format", "json");
  expect(findings("later")[0]?.conformance).toBe("gained");
});

test("a customer reads who was wrong", async () => {
  await cli("compare", "pairs.jsonl", "--out", "told", "--spec", "spec.json");
  await cli("init", ".");
  writeFileSync(path.join(cwd, "customers.csv"), "account,name,key\nacme,Acme,acme\n");
  const drafted = await cli("notice", "draft", "told", "--customers", "customers.csv");
  expect({ code: drafted.code, stderr: drafted.code === 0 ? "" : drafted.stderr }).toEqual({
    code: 0,
    stderr: "",
  });
  const json = readFileSync(path.join(cwd, "told/notices/acme/notice.json"), "utf8");
  expect(json).toContain("The present answer was wrong; the new answer follows the specification");
});

test.each([
  ["a file that is not there", () => "none.json"],
  ["a folder", () => "."],
  ["a page that is not there", () => `${url}/none`],
  ["a server that is not there", () => "http://127.0.0.1:1/spec.json"],
  ["another scheme", () => "ftp://127.0.0.1/spec.json"],
  ["pairs in its place", () => "pairs.jsonl"],
])("%s is a usage error, before any work", async (name, spec) => {
  const out = `bad-${name.replaceAll(" ", "-")}`;
  const { code, stderr } = await cli("compare", "pairs.jsonl", "--out", out, "--spec", spec());
  expect(code).toBe(2);
  expect(stderr).toMatch(/^The specification can't be (?:read|used)/);
  expect(stderr).not.toContain("    at ");
});
