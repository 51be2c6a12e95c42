import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { runCli } from "../support/cli.ts";
import { startFakeNode, type FakeNode } from "../support/servers/fake-node.ts";
import { ANSWERS } from "./answers.ts";

let cwd: string;
const nodes: FakeNode[] = [];
beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-proof-"));
});
afterAll(async () => {
  for (const started of nodes) await started.close();
  rmSync(cwd, { recursive: true });
});

const env = { SHADOWDIFF_KEY: "k".repeat(32) };
const cli = (...words: string[]) => runCli(words, { cwd, env });

function real(name: string): (typeof ANSWERS)[number] {
  const found = ANSWERS.find((answer) => answer.name === name);
  if (found === undefined) throw new Error(`no real answer ${name}`);
  return found;
}

interface FindingJson {
  readonly path: string;
  readonly proof?: { readonly wrong: string; readonly claim: string; readonly reason: string };
}

function findings(run: string): FindingJson[] {
  const file = readFileSync(path.join(cwd, run, "findings.json"), "utf8");
  return (JSON.parse(file) as { findings: FindingJson[] }).findings;
}

const block = real("anvil 0 eth_getBlockByNumber");
const receipts = real("anvil 7 eth_getBlockReceipts");

function pair(old: JsonValue, candidate: JsonValue): string {
  const { method, params } = block;
  return JSON.stringify({
    request: { jsonrpc: "2.0", id: 1, method, params },
    old: { jsonrpc: "2.0", id: 1, result: old },
    candidate: { jsonrpc: "2.0", id: 1, result: candidate },
    customer: "acme",
  });
}

test("a finding says which side is wrong, and stays breaking", async () => {
  const wrong = { ...(block.result as JsonObject), gasUsed: "0x1" };
  writeFileSync(path.join(cwd, "pairs.jsonl"), `${pair(block.result, wrong)}\n`);
  expect((await cli("compare", "pairs.jsonl", "--out", "run")).code).toBe(0);
  await cli("report", "run", "--format", "json", "--format", "html");
  expect(findings("run")).toMatchObject([
    {
      path: "/result/gasUsed",
      severity: "breaking",
      proof: {
        wrong: "candidate",
        claim: "block-hash",
        reason:
          "The candidate is wrong: its header does not give the block's hash; with old's answer that fits.",
      },
    },
  ]);
  expect(readFileSync(path.join(cwd, "run/report.html"), "utf8")).toContain(
    "its header does not give the block",
  );
});

test("that old was wrong settles what is told to customers", async () => {
  const wrong = { ...(block.result as JsonObject), gasUsed: "0x1" };
  writeFileSync(path.join(cwd, "mended.jsonl"), `${pair(wrong, block.result)}\n`);
  await cli("compare", "mended.jsonl", "--out", "mended");
  await cli("init", ".");
  writeFileSync(path.join(cwd, "customers.csv"), "account,name,key\nacme,Acme,acme\n");
  const drafted = await cli("notice", "draft", "mended", "--customers", "customers.csv");
  expect({ code: drafted.code, stderr: drafted.code === 0 ? "" : drafted.stderr }).toEqual({
    code: 0,
    stderr: "",
  });
  const notice = readFileSync(path.join(cwd, "mended/notices/acme/notice.json"), "utf8");
  expect(notice).toContain("The present answer was wrong: it contradicts itself");
});

/** A node that knows this block by its hash, and its receipts as given. */
async function node(own: JsonValue): Promise<string> {
  const started = await startFakeNode({
    answer: ({ method }) =>
      method === "eth_getBlockReceipts"
        ? { result: own }
        : method === "eth_getBlockByHash"
          ? { result: block.result }
          : undefined,
  });
  nodes.push(started);
  return started.url;
}

test("a replay asks for the header by which receipts are shown to be wrong", async () => {
  const [first, ...rest] = receipts.result as JsonObject[];
  const logs = first?.["logs"] as JsonObject[];
  const wrong = { ...first, logs: [{ ...logs[0], data: `0x${"f".repeat(64)}` }, ...logs.slice(1)] };
  const request = { jsonrpc: "2.0", id: 1, method: receipts.method, params: receipts.params };
  writeFileSync(path.join(cwd, "calls.jsonl"), `${JSON.stringify(request)}\n`);
  await cli("import", "calls.jsonl", "--out", "calls.sqlite");
  const old = await node(receipts.result);
  const candidate = await node([wrong, ...rest]);
  const sides = ["--old", old, "--candidate", candidate];
  const replayed = await cli("replay", "calls.sqlite", ...sides, "--out", "receipts");
  expect({ code: replayed.code, stderr: replayed.code === 0 ? "" : replayed.stderr }).toEqual({
    code: 0,
    stderr: "",
  });
  await cli("report", "receipts", "--format", "json");
  expect(
    findings("receipts").find(({ path }) => path === "/result/*/logs/*/data")?.proof,
  ).toMatchObject({
    wrong: "candidate",
    claim: "receipts-root",
  });
});
