import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startFakeNode, type FakeNode } from "../support/servers/fake-node.ts";
import { importsOf } from "./imports.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(path.join(ROOT, "docs/ARCHITECTURE.md"), "utf8");
const IMPORTS = importsOf(ROOT, "src");

/** Files of a numbered list under a heading, in their order. */
function way(heading: string): string[] {
  const section = PAGE.split(`### ${heading}`)[1]?.split(/\n##/)[0] ?? "";
  return [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => `src/${file}`);
}

const CALL = way("A call's way");
const FINDING = way("A finding's way");

describe.each([
  ["a call", CALL],
  ["a finding", FINDING],
])("the way of %s", (_, files) => {
  test("meets no file twice, and each is there", () => {
    expect(files.length).toBeGreaterThan(15);
    expect(files).toEqual([...new Set(files)]);
    expect(files.filter((file) => !IMPORTS.has(file))).toEqual([]);
  });

  test("leads from files that were met to the next one", () => {
    const lost = files
      .slice(1)
      .filter((file, before) =>
        files.slice(0, before + 1).every((own) => !IMPORTS.get(own)?.includes(file)),
      );
    expect(lost).toEqual([]);
  });
});

test("a replay and a draft call each file of their ways", async () => {
  const folder = temporaryFolder();
  const asked = { jsonrpc: "2.0", id: 1, method: "eth_getBalance", params: ["0x01", "latest"] };
  const line = {
    customer: "cus_00000000000e4da1",
    request: { method: "POST", path: "/", headers: {}, body: asked },
  };
  writeFileSync(path.join(folder, "calls.jsonl"), `${JSON.stringify(line)}\n`);
  const upgrade = path.join(ROOT, "recordings/demo-upgrade.yaml");
  const customers = path.join(ROOT, "recordings/demo-customers.yaml");
  const [old, candidate] = (await Promise.all(
    [{ wei: "0x1", ether: "0x0" }, { wei: "0x1" }].map(nodeOf),
  )) as [FakeNode, FakeNode];
  try {
    await shadowdiff(folder, "import", "calls.jsonl", "--out", "calls.sqlite");
    const sides = ["--old", old.url, "--candidate", candidate.url];
    const replay = await shadowdiff(folder, "replay", "calls.sqlite", ...sides, "--out", "run");
    expect(CALL.filter((file) => !replay.has(file))).toEqual([]);
    const words = ["--upgrade", upgrade, "--customers", customers];
    const draft = await shadowdiff(folder, "notice", "draft", "run", ...words);
    expect(FINDING.filter((file) => !draft.has(file))).toEqual([]);
  } finally {
    await Promise.all([old.close(), candidate.close()]);
  }
}, 60_000);

/** Runs a command in a process of its own; gives the files of which some function was called. */
async function shadowdiff(folder: string, ...words: string[]): Promise<Set<string>> {
  const coverage = temporaryFolder();
  const main = path.join(ROOT, "src/main.ts");
  const env = {
    ...process.env,
    NODE_V8_COVERAGE: coverage,
    SHADOWDIFF_KEY: "a key for tests, of 32 characters",
  };
  await promisify(execFile)(process.execPath, [main, ...words], { cwd: folder, env });
  return new Set(readdirSync(coverage).flatMap((name) => called(path.join(coverage, name))));
}

/** A node whose accounts all have this. */
function nodeOf(balance: JsonObject): Promise<FakeNode> {
  return startFakeNode({
    answer: ({ method }) => (method === "eth_getBalance" ? { result: balance } : undefined),
  });
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

function called(report: string): string[] {
  const { result } = JSON.parse(readFileSync(report, "utf8")) as Coverage;
  return result
    .filter(({ url }) => url.startsWith("file:"))
    .filter(({ functions }) =>
      functions.some(
        ({ functionName, ranges }) => functionName !== "" && (ranges[0]?.count ?? 0) > 0,
      ),
    )
    .map(({ url }) => path.relative(ROOT, fileURLToPath(url)));
}
