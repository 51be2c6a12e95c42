import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { tmpdir } from "node:os";
import { runApiExamples } from "../support/api-example.ts";

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, "../..");
const PAIRS = path.join(ROOT, "recordings/geth-1.16.7-to-1.17.0.pairs.jsonl");
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-packed-"));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: ROOT });
  const [tarball] = readdirSync(folder);
  await run(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", path.join(folder, tarball!)],
    {
      cwd: folder,
    },
  );
  return () => rmSync(folder, { recursive: true, force: true });
}, 240_000);

function shadowdiff(...words: string[]) {
  return run(
    process.execPath,
    [path.join(folder, "node_modules/shadowdiff/bin/shadowdiff.js"), ...words],
    {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder },
    },
  );
}

test("shows its commands", async () => {
  const { stdout } = await shadowdiff("--help");
  expect(stdout).toContain("replay");
});

test("compares, reports and gates without a checkout", async () => {
  await shadowdiff("compare", PAIRS, "--out", "reports/captured");
  await shadowdiff("report", "reports/captured", "--format", "html", "--format", "json");
  expect(readdirSync(path.join(folder, "reports/captured"))).toEqual(
    expect.arrayContaining(["run.sqlite", "report.html", "findings.json"]),
  );
  await expect(shadowdiff("gate", "reports/captured")).rejects.toMatchObject({ code: 1 });
});

test("imports into a recording and inspects it: the writer works as built", async () => {
  const request = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
  writeFileSync(path.join(folder, "requests.jsonl"), JSON.stringify(request));
  await shadowdiff("import", "requests.jsonl", "--out", "a.sqlite");
  const { stdout } = await shadowdiff("inspect", "a.sqlite");
  expect(stdout).toContain("eth_");
});

test("records as built: the capture thread and the writer start", async () => {
  const answer = '{"jsonrpc":"2.0","id":1,"result":"0x1"}';
  const node = createServer((request, response) => {
    request.resume();
    request.once("end", () => response.end(answer));
  });
  node.listen(0, "127.0.0.1");
  await once(node, "listening");
  const { port } = node.address() as AddressInfo;
  const bin = path.join(folder, "node_modules/shadowdiff/bin/shadowdiff.js");
  const flags = ["--target", `http://127.0.0.1:${port}`, "--listen", "127.0.0.1:0"];
  const recorder = spawn(
    process.execPath,
    [bin, "record", ...flags, "--out", "b.sqlite", "--min-free", "0"],
    {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder },
    },
  );
  let said = "";
  for await (const part of recorder.stderr) {
    said += String(part);
    if (said.includes(" at http")) break;
  }
  const url = /at (http:\S+)/.exec(said)?.[1] ?? "";
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';
  expect(await (await fetch(url, { method: "POST", body })).text()).toBe(answer);
  recorder.kill("SIGTERM");
  let printed = "";
  for await (const part of recorder.stdout) printed += String(part);
  node.closeAllConnections();
  node.close();
  expect(printed).toContain("seen 1 = stored 1 + dropped 0");
});

test("is imported by programs, with types, and by nothing but its name", async () => {
  const [first = "", ...rest] = await runApiExamples(folder, "shadowdiff");
  const compiler = path.join(ROOT, "node_modules/.bin/tsc");
  const types = ["--types", "node", "--typeRoots", path.join(ROOT, "node_modules/@types")];
  const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes"];
  const modern = ["--module", "nodenext", "--target", "esnext", "--ignoreConfig"];
  const { stdout } = await run(compiler, [...strict, ...modern, ...types, first, ...rest], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
  const deep = "await import('shadowdiff/dist/cli/run.js')";
  await expect(
    run(process.execPath, ["--input-type=module", "-e", deep], { cwd: folder }),
  ).rejects.toMatchObject({ stderr: expect.stringContaining("ERR_PACKAGE_PATH_NOT_EXPORTED") });
});

test("says in one line that a Node is too old", async () => {
  const bin = path.join(ROOT, "bin/shadowdiff.js");
  const script = `Object.defineProperty(process.versions, "node", { value: "20.20.2" });
    Object.defineProperty(process, "version", { value: "v20.20.2" });
    process.argv[1] = ${JSON.stringify(bin)}; require(${JSON.stringify(bin)});`;
  await expect(run(process.execPath, ["-e", script])).rejects.toMatchObject({
    code: 2,
    stderr: "shadowdiff needs Node.js 22.19 or newer; this is v20.20.2.\n",
  });
});
