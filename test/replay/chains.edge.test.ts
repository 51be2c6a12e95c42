import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import { readRun } from "../../src/runs/reader.ts";
import type { Answer } from "../support/servers/fake-node.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { call, node } from "./support.ts";

/** A recording of these lines, imported; gives the words of a replay of it. */
async function recordingOf(lines: readonly JsonValue[]): Promise<{ words: string[]; out: string }> {
  const folder = temporaryFolder();
  const file = path.join(folder, "calls.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const recording = path.join(folder, "calls.sqlite");
  expect((await runCli(["import", file, "--out", recording])).code).toBe(0);
  const out = path.join(folder, "run");
  return { words: ["replay", recording, "--out", out], out };
}

const HEALTH_CHECK = { protocol: "rest", request: { verb: "GET", method: "GET", path: "/" } };
const PREFLIGHT = { protocol: "rest", request: { method: "OPTIONS", path: "/" } };

describe("one recording of several wires", () => {
  test.each([
    ["a health check", HEALTH_CHECK],
    ["a preflight", PREFLIGHT],
  ])("%s first hides none of the calls behind it", async (_name, first) => {
    const { words, out } = await recordingOf([
      first,
      ...Array.from({ length: 25 }, (_, id) => call("eth_getBalance", [`0x${id}`, "latest"], id)),
    ]);
    const [old, candidate] = [await node(), await node()];
    const { code, stderr } = await runCli([
      ...words,
      "--old",
      old.url,
      "--candidate",
      candidate.url,
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { counts, header } = readRun(out);
    expect(counts).toMatchObject({ exchanges: 26, compared: 26, skipped: 0 });
    expect(header).toMatchObject({ chains: ["ethereum", "other"], network: { chainId: "7" } });
    expect(old.asked.some(({ params }) => params[1] === "0x64")).toBe(true);
  });
});

const service: Answer = ({ method }) =>
  method.startsWith("acme_")
    ? { result: { stock: 7, method } }
    : { error: { code: -32601, message: "Method not found" } };
const changed: Answer = (asked) =>
  asked.method === "acme_stock" ? { result: { method: "acme_stock" } } : service(asked);

describe("a JSON-RPC service of no known chain", () => {
  const CALLS = [call("acme_stock", [], 1), call("acme_order", [1], 2)];

  test("is replayed with the methods that a person allows, and with no others", async () => {
    const { words, out } = await recordingOf(CALLS);
    const [old, candidate] = [await node({ answer: service }), await node({ answer: changed })];
    const sides = ["--old", old.url, "--candidate", candidate.url];
    const { code, stderr } = await runCli([...words, ...sides, "--allow-method", "acme_stock"]);
    expect(code).toBe(0);
    expect(stderr).toContain("acme_stock is sent because of --allow-method");
    const { groups, notCompared, header } = readRun(out);
    expect(groups.map(({ kind, method, path: at }) => `${kind} ${method} ${at}`)).toEqual([
      "field-removed acme_stock /result/stock",
    ]);
    expect(notCompared).toMatchObject([{ method: "acme_order", reason: "not-allowed" }]);
    expect(header).toMatchObject({ chains: ["other"], network: { chainId: "unknown" } });
    expect(new Set(old.asked.map(({ method }) => method))).not.toContain("acme_order");
  });
});
