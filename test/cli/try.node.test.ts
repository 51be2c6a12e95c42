import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { startNodes } from "../../src/demo/live.ts";
import { runCli } from "../support/cli.ts";

const LOST = `0x${"5eed".repeat(16)}`;
const CALLS = [
  { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] },
  { jsonrpc: "2.0", id: 2, method: "eth_getBlockByNumber", params: ["0x1", false] },
  { jsonrpc: "2.0", id: 3, method: "eth_getLogs", params: [{ blockHash: LOST }] },
];
/** A call as a browser saves it. */
const harOf = (call: object) => ({
  startedDateTime: "2026-11-24T10:00:00.000Z",
  time: 3,
  request: {
    method: "POST",
    url: "https://rpc.example.com/v2/canary-key",
    headers: [{ name: "content-type", value: "application/json" }],
    postData: { mimeType: "application/json", text: JSON.stringify(call) },
  },
  response: { status: 200, headers: [], content: { mimeType: "application/json", text: "{}" } },
});

let cwd: string;
let sides: string[];

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-try-"));
  const nodes = await startNodes(path.join(cwd, "nodes"));
  sides = ["--old", nodes.old.url, "--candidate", nodes.candidate.url];
  const files = {
    "calls.json": JSON.stringify(CALLS),
    "calls.har": JSON.stringify({ log: { version: "1.2", entries: CALLS.map(harOf) } }),
    "calls.jsonl": CALLS.map((call) => `${JSON.stringify(call)}\n`).join(""),
    "calls.sh": CALLS.map(
      (call) =>
        `curl https://rpc.example.com/v2/canary-key -H 'content-type: application/json' \\\n  -d '${JSON.stringify(call)}'\n`,
    ).join(""),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
  return async () => {
    await Promise.all([nodes.old.stop(), nodes.candidate.stop()]);
    rmSync(cwd, { recursive: true, force: true });
  };
}, 60_000);

const shell = (words: string[], options: Parameters<typeof runCli>[1] = {}) =>
  runCli(words, { cwd, env: { HOME: cwd, PATH: process.env["PATH"] ?? "" }, ...options });

test.each(["calls.har", "calls.sh", "calls.json", "calls.jsonl"])(
  "try with %s: one command to a decision and a report",
  async (file) => {
    const out = `out-${file}`;
    const { code, stdout, stderr } = await shell(["try", file, ...sides, "--out", out]);
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stdout).toContain("eth_getLogs");
    expect(stdout).toContain(`Report: ${out}/report.html`);
    expect(stderr).toContain("taken to be chain 31337, the nodes'");
    expect(stderr).toContain("require.comparedCalls 3 instead of 3,000");
    const findings = JSON.parse(readFileSync(path.join(cwd, out, "findings.json"), "utf8"));
    expect(findings).toMatchObject({
      counts: { calls: 3, compared: 3 },
      verdict: { verdict: "fail" },
    });
    expect(readFileSync(path.join(cwd, out, "report.html"), "utf8")).not.toContain("canary");
    expect(stdout + stderr).not.toContain("canary");
  },
  60_000,
);

test("of a page that calls several nodes, only the one that is named", async () => {
  const entries = CALLS.map(harOf);
  const elsewhere = { ...harOf(CALLS[2] ?? {}), time: 4 };
  elsewhere.request = { ...elsewhere.request, url: "https://other.example.net/v2" };
  writeFileSync(
    path.join(cwd, "page.har"),
    JSON.stringify({ log: { version: "1.2", entries: [entries[0], entries[1], elsewhere] } }),
  );
  const words = ["try", "page.har", "--host", "rpc.example.com", ...sides, "--out", "page"];
  const { code, stderr } = await shell(words);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain("other.example.net");
  const findings = JSON.parse(readFileSync(path.join(cwd, "page/findings.json"), "utf8"));
  expect(findings).toMatchObject({ counts: { calls: 2, compared: 2 } });
}, 60_000);

test("a recording is tried as it is, and a pass says by what it was judged", async () => {
  const [chainId, block] = CALLS;
  writeFileSync(path.join(cwd, "good.json"), JSON.stringify([chainId, block]));
  await shell(["import", "good.json", "--out", "good.sqlite", "--chain-id", "31337"]);
  const { code, stdout, stderr } = await shell(["try", "good.sqlite", ...sides, "--out", "good"]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toContain("pass");
  expect(stderr).toContain("Judged by what there is, not by what a gate wants:");
  expect(stderr).not.toContain("taken to be chain");
  expect(existsSync(path.join(cwd, "good/calls.sqlite"))).toBe(false);
  // Its settings are beside it: the same verdict again, and without them the gate's own.
  const again = await shell(["gate", "good", "--config", "good/shadowdiff.yaml"]);
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(/maxAge .* ≤ 24 h|maxAge .* ≤ 1 day/);
  expect((await shell(["gate", "good"])).code).toBe(3);
}, 60_000);

test("without a pair that proves anything there is no pass, however low the requirements", async () => {
  const send = { jsonrpc: "2.0", id: 1, method: "eth_sendRawTransaction", params: ["0x00"] };
  writeFileSync(path.join(cwd, "writes.json"), JSON.stringify([send]));
  const { code, stderr } = await shell(["try", "writes.json", ...sides, "--out", "writes"]);
  expect(code).toBe(3);
  expect(stderr).toContain("To get a verdict:");
  expect(stderr).toContain("mostly: 1 writes (they would change the chain");
}, 60_000);

test("a team's own settings stay, but for what few calls can't meet", async () => {
  writeFileSync(
    path.join(cwd, "own.yaml"),
    "failOn: never\nrequire: { maxAge: 2h, comparedCalls: 50 }\nlimits: { mismatchRate: 0.9, affectedCustomers: 0 }\n",
  );
  const words = ["try", "calls.json", ...sides, "--out", "own", "--config", "own.yaml"];
  const { stdout } = await shell(words);
  expect(stdout).toMatch(/maxAge .* ≤ 2 h/);
  expect(stdout).toMatch(/comparedCalls 3 ≥ 3/);
  expect(readFileSync(path.join(cwd, "own/shadowdiff.yaml"), "utf8")).toContain("failOn: never");
}, 60_000);

test("--json: the verdict alone on stdout; --open: the report is opened", async () => {
  const bin = mkdtempSync(path.join(cwd, "bin-"));
  const opened = path.join(cwd, "opened");
  for (const name of ["xdg-open", "open"]) {
    writeFileSync(
      path.join(bin, name),
      `#!/bin/sh\necho "$1" > ${opened}.new\nmv ${opened}.new ${opened}\n`,
    );
    chmodSync(path.join(bin, name), 0o755);
  }
  const words = ["try", "calls.json", ...sides, "--out", "json", "--json", "--open"];
  const env = { HOME: cwd, PATH: `${bin}:${process.env["PATH"]}` };
  const { code, stdout } = await shell(words, { env });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: { verdict: "fail" } });
  for (let wait = 0; wait < 200 && !existsSync(opened); wait += 1) await setTimeout(20);
  expect(readFileSync(opened, "utf8")).toBe(`${path.join(cwd, "json/report.html")}\n`);
}, 60_000);

test("a file that is none, and nodes that are none, leave nothing behind", async () => {
  writeFileSync(path.join(cwd, "nothing.json"), "[]");
  const none = await shell(["try", "nothing.json", ...sides, "--out", "none"]);
  expect(none.code).toBe(2);
  expect(existsSync(path.join(cwd, "none/run.sqlite"))).toBe(false);
  const dead = ["--old", "http://127.0.0.1:1", "--candidate", "http://127.0.0.1:1"];
  const unreachable = await shell(["try", "calls.json", ...dead, "--out", "dead"]);
  expect(unreachable.code).toBe(4);
  expect(existsSync(path.join(cwd, "dead"))).toBe(false);
  expect((await shell(["try", "gone.har", ...sides])).code).toBe(2);
}, 60_000);
