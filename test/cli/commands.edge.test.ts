import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/registry.ts";
import { fieldsOf } from "../../src/config/resolve.ts";
import { runCli } from "../support/cli.ts";

test.each(COMMANDS.map(({ name }) => name))(
  "%s --help shows its options and a runnable example",
  async (name) => {
    const { code, stdout } = await runCli([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`shadowdiff ${name}`);
    expect(stdout).toContain("Examples:");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  },
);

test.each(COMMANDS)("each option of $name is described", async ({ load }) => {
  const { command } = await load();
  expect(fieldsOf(command.options).filter(({ description }) => description === "")).toEqual([]);
});

test("without a word: the overview, as a usage error; asked for: as a result", async () => {
  expect((await runCli([])).code).toBe(2);
  const { code, stdout } = await runCli(["--help"]);
  expect(code).toBe(0);
  for (const { name } of COMMANDS) expect(stdout).toContain(name);
});

test.each<[string, string[]]>([
  ["a command", ["reply"]],
  ["half a command", ["notice"]],
  ["a flag", ["compare", "x.jsonl", "--ot", "y"]],
  ["an option that is missing", ["compare", "x.jsonl"]],
  ["a file", ["compare", "missing.jsonl", "--out", "reports/never"]],
  ["a configuration file", ["compare", "x.jsonl", "--out", "y", "--config", "missing.yaml"]],
])("%s that is wrong is a usage error that says what to do", async (_what, words) => {
  const { code, stdout, stderr } = await runCli(words, { cwd: "/" });
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatchSnapshot();
});
