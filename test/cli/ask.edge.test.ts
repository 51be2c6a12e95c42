import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli, type CliResult } from "../support/cli.ts";
import { startFakeNode, type FakeNode } from "../support/servers/fake-node.ts";

let cwd: string;
let old: FakeNode;
let candidate: FakeNode;
let asked = 0;

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-ask-test-"));
  old = await startFakeNode({
    answer: ({ method }) => (method === "eth_getBalance" ? { result: "0x5" } : undefined),
  });
  candidate = await startFakeNode({
    answer({ method }) {
      if (method === "eth_getBalance") return { result: null };
      if (method === "eth_getCode") return { result: `0x0${(asked++ % 7) + 1}` };
      return undefined;
    },
  });
});
afterAll(async () => {
  await Promise.all([old.close(), candidate.close()]);
  rmSync(cwd, { recursive: true });
});

function ask(request: string, ...more: string[]): Promise<CliResult> {
  return runCli(["ask", request, "--old", old.url, "--candidate", candidate.url, ...more], { cwd });
}

const ADDRESS = `0x${"1".repeat(40)}`;
const BALANCE = JSON.stringify({ method: "eth_getBalance", params: [ADDRESS, "latest"] });

test("what both answer alike is not the upgrade", async () => {
  const { code, stdout } = await ask('{"method": "eth_chainId"}');
  expect(code).toBe(0);
  expect(stdout).toContain("It is not the upgrade: both versions answer this request alike.");
  expect(stdout).toContain("asked 3 times, compared 3 times");
});

test("what differs is, with the difference, its advice and the block it was asked at", async () => {
  const { code, stdout } = await ask(BALANCE);
  expect(code).toBe(0);
  expect(stdout).toContain("It is the upgrade: the two versions answer this request differently.");
  expect(stdout).toContain("breaking, confirmed: eth_getBalance: a result became null.");
  expect(stdout).toMatch(/asked of both as[^]*"0x[0-9a-f]+"\]/);
  expect(stdout).toContain("What to do:");
});

test("a curl line: its address is never asked, and what it holds stays nowhere", async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("shadowdiff-ask-")).length;
  const line = `curl -X POST https://nobody.invalid/v2/0123456789abcdef0123456789abcdef -H 'content-type: application/json' -d '${JSON.stringify({ jsonrpc: "2.0", id: 9, ...(JSON.parse(BALANCE) as object) })}'`;
  const { code, stdout } = await ask(line, "--json");
  expect([code, (JSON.parse(stdout) as { answer: string }).answer]).toEqual([0, "differs"]);
  expect(stdout).not.toContain("0123456789abcdef");
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith("shadowdiff-ask-")).length;
  expect(after).toBeLessThanOrEqual(before);
});

test("a batch in a file, one of whose calls differs", async () => {
  writeFileSync(
    path.join(cwd, "ticket.json"),
    `[\n  ${BALANCE},\n  {"method": "eth_chainId"}\n]\n`,
  );
  const { code, stdout } = await ask("ticket.json", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    answer: "differs",
    counts: { calls: 6, different: 3 },
  });
});

test("a version that does not keep to its answer wavers", async () => {
  const { code, stdout } = await ask(
    JSON.stringify({ method: "eth_getCode", params: [ADDRESS, "0x5"] }),
    "--json",
  );
  const { answer } = JSON.parse(stdout) as { answer: string };
  expect(["differs", "wavers"]).toContain(answer);
  expect(code).toBe(answer === "differs" ? 0 : 3);
});

test("what would change the chain is not sent, and that is said", async () => {
  const before = candidate.asked.length;
  const { code, stdout } = await ask('{"method":"eth_sendRawTransaction","params":["0x02"]}');
  expect(code).toBe(3);
  expect(stdout).toContain("That can't be said");
  expect(stdout).toContain("never sent (writes)");
  expect(candidate.asked.slice(before).map(({ method }) => method)).not.toContain(
    "eth_sendRawTransaction",
  );
});

test("with a run, it says whether the difference is known there", async () => {
  const pair = {
    request: { jsonrpc: "2.0", id: 1, ...(JSON.parse(BALANCE) as object) },
    old: { jsonrpc: "2.0", id: 1, result: "0x5" },
    candidate: { jsonrpc: "2.0", id: 1, result: null },
  };
  writeFileSync(
    path.join(cwd, "pairs.jsonl"),
    `${JSON.stringify(pair)}\n${JSON.stringify(pair)}\n`,
  );
  await runCli(["compare", "pairs.jsonl", "--out", "run"], { cwd });
  const { stdout } = await ask(BALANCE, "--run", "run");
  expect(stdout).toContain("Seen in run: 2 calls of 0 customers, new.");
});

test.each<[string, string, number]>([
  ["nonsense", "neither a file, a curl line nor JSON", 2],
  ["{}", "it names no method", 2],
  ["[]", "it names no method", 2],
  ["[1]", "it names no method", 2],
  ['"eth_chainId"', "it names no method", 2],
  ['{"method": 5}', "it names no method", 2],
  [".", "is a folder", 2],
  ["none.json", "neither a file, a curl line nor JSON", 2],
  ["curl", "neither a file, a curl line nor JSON", 2],
])("%j: an error of one or two lines", async (request, text, wanted) => {
  const { code, stderr, stdout } = await ask(request);
  expect({ code, stdout: code === 0 ? stdout : "" }).toEqual({ code: wanted, stdout: "" });
  expect(stderr).toContain(text);
  expect(stderr).not.toContain("    at ");
});

test("a node that is not there is told as such", async () => {
  const { code, stderr } = await runCli(
    [
      "ask",
      '{"method":"eth_chainId"}',
      "--old",
      "http://127.0.0.1:1",
      "--candidate",
      candidate.url,
    ],
    { cwd },
  );
  expect(code).toBe(4);
  expect(stderr).toContain("old can't be reached: http://127.0.0.1:1");
});
