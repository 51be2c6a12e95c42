import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/registry.ts";
import { runCli } from "../support/cli.ts";

const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
const answer = (result: string) => `{"jsonrpc":"2.0","id":1,"result":${result}}`;
let cwd: string;

const shell = (line: string, guide = true) => runCli(line.split(" "), { cwd, io: { guide } });

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-results-"));
  writeFileSync(path.join(cwd, "calls.jsonl"), `${REQUEST}\n`);
  const pair = `{"request":${REQUEST},"old":${answer('"0x1"')},"candidate":${answer("1")}}`;
  writeFileSync(path.join(cwd, "pairs.jsonl"), `${pair}\n`);
  await shell("import calls.jsonl --out calls.sqlite");
  await shell("compare pairs.jsonl --out reports/broken");
  return () => rmSync(cwd, { recursive: true, force: true });
});

describe("--json prints the result alone on stdout", () => {
  test.each([
    ["import calls.jsonl --out again.sqlite --json", 0, { recording: "again.sqlite", stored: 1 }],
    ["inspect calls.sqlite --json", 0, {}],
    ["compare pairs.jsonl --out reports/again --json", 0, { run: "reports/again", pairs: 1 }],
    ["report reports/broken --format json --format junit --json", 0, { written: [{}, {}] }],
    ["gate reports/broken --json", 1, { schemaVersion: 1, verdict: { verdict: "fail" } }],
    ["explain encoding-changed --json", 0, { kind: "encoding-changed" }],
    ["config --json", 0, {}],
    ["cases --from 1.16.7 --to 1.17.0 --out cases.sqlite --json", 0, { recording: "cases.sqlite" }],
  ])("%s", async (line, code, expected) => {
    const result = await shell(line);
    expect(result.code).toBe(code);
    expect(JSON.parse(result.stdout)).toMatchObject(expected);
  });
});

/** Those whose result is no value: they serve, print a script, or are read by nobody but people. */
const WITHOUT_JSON = new Set(["completion", "serve", "shadow", "worker", "notice secret"]);

test.each(COMMANDS.filter(({ name }) => !WITHOUT_JSON.has(name)))(
  "$name has --json",
  async ({ load }) => {
    const { command } = await load();
    expect(Object.keys(command.options.shape)).toContain("json");
  },
);

describe("each command says how to go on", () => {
  test.each([
    ["import calls.jsonl --out on.sqlite", "shadowdiff inspect on.sqlite"],
    ["inspect calls.sqlite", "shadowdiff replay calls.sqlite"],
    ["compare pairs.jsonl --out reports/on", "shadowdiff gate reports/on"],
    ["report reports/broken", "shadowdiff gate reports/broken"],
    ["gate reports/broken", "shadowdiff explain "],
    ["cases --from 1.16.7 --to 1.17.0 --out on-cases.sqlite", "shadowdiff replay on-cases.sqlite"],
  ])("after %s", async (line, expected) => {
    const { stdout, stderr } = await shell(line);
    expect(stderr).toContain("Next, ");
    expect(stderr).toContain(expected);
    expect(stdout).not.toContain("Next, ");
    expect((await shell(line, false)).stderr).not.toContain("Next, ");
  });

  test("an open verdict says what it lacks, by its reasons", async () => {
    const { stderr } = await shell("gate reports/broken", false);
    expect(stderr).toContain("To get a verdict:");
    expect(stderr).toContain("2,999 more compared calls are needed");
  });
});
