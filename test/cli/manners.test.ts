import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { coloursFor } from "../../src/cli/colour.ts";
import { commandLines } from "../../src/cli/command-lines.ts";
import { completions } from "../../src/cli/completion.ts";
import { completionScript, SHELLS } from "../../src/cli/completion-scripts.ts";
import { shellWord } from "../../src/cli/next-steps.ts";
import { barLine, createProgress } from "../../src/cli/progress.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { runCli } from "../support/cli.ts";
import { Writable } from "node:stream";

const ALL = COMMANDS.map(({ name }) => name.split(" "));

test.each([["-h"], ["--help"], ["help"]])("%s shows the commands", async (word) => {
  const { code, stdout } = await runCli([word]);
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: shadowdiff COMMAND");
});

test.each([["-v"], ["--version"]])("%s shows the version", async (word) => {
  expect(await runCli([word])).toMatchObject({ code: 0, stdout: /^\d+\.\d+\.\d+\n$/ });
});

test.each([[["notice", "--help"]], [["notice", "-h"]], [["help", "notice"]]])(
  "%s shows the commands of the group",
  async (words) => {
    const { code, stdout } = await runCli(words);
    expect(code).toBe(0);
    expect(stdout).toContain("notice draft");
    expect(stdout).not.toContain("\n  replay");
  },
);

test.each(ALL)("-h, --help and help of %s %s are the same, within 80 columns", async (...name) => {
  const words = name.filter(Boolean);
  const short = await runCli([...words, "-h"]);
  expect(short.code).toBe(0);
  expect(await runCli([...words, "--help"])).toEqual(short);
  expect(await runCli(["help", ...words])).toEqual(short);
  expect(short.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

/** The examples as they are printed: four blanks, and a backslash where a line goes on. */
function examplesIn(help: string): string[] {
  const [, text = ""] = help.split("Examples:\n");
  return text.match(/^ {4}\S(?:.*\\\n)*.*$/gm) ?? [];
}

/** What a shell makes of a line: the words that our program and eval would get. */
function ask(line: string) {
  const script = `eval() { printf '%s\\n' "$@"; }; shadowdiff() { printf '%s\\n' "$@"; }; ${line}`;
  return spawnSync("bash", ["-c", script], { encoding: "utf8" });
}

test.each(ALL)(
  "examples of %s %s, copied into a shell, are the words that stand in the code",
  async (...name) => {
    const words = name.filter(Boolean);
    const { stdout } = await runCli([...words, "--help"]);
    const row = COMMANDS.find((row) => row.name === words.join(" "));
    const { command } = await row!.load();
    const copied = examplesIn(stdout);
    expect(copied).toHaveLength(command.examples.length);
    for (const [index, example] of copied.entries()) {
      const shown = ask(example.replaceAll(/ > \S+/g, ""));
      expect(shown.stderr).toBe("");
      expect(shown.stdout).toBe(ask(command.examples[index]![0].replaceAll(/ > \S+/g, "")).stdout);
    }
  },
);

test("a command is folded before options, and never within quotes", () => {
  const command = `shadowdiff accept reports/a 0123456789abcdef --reason "announced to all, and nobody minds" --owner rpc-team`;
  expect(commandLines(command, "  ")).toBe(
    `  shadowdiff accept reports/a 0123456789abcdef \\
    --reason "announced to all, and nobody minds" --owner rpc-team`,
  );
});

test("words of next steps are quoted where a shell would read them otherwise", () => {
  expect(["reports/a", "my run", "it's", "$HOME"].map(shellWord)).toEqual([
    "reports/a",
    "'my run'",
    String.raw`'it'\''s'`,
    "'$HOME'",
  ]);
});

const TERMINAL = { isTTY: true };
const PIPE = {};

test.each<[string, Record<string, string>, object, boolean]>([
  ["a terminal", {}, TERMINAL, true],
  ["a pipe", {}, PIPE, false],
  ["a terminal with NO_COLOR", { NO_COLOR: "1" }, TERMINAL, false],
  ["a terminal with an empty NO_COLOR", { NO_COLOR: "" }, TERMINAL, true],
  ["a pipe with FORCE_COLOR", { FORCE_COLOR: "1" }, PIPE, true],
  ["a terminal with FORCE_COLOR=0", { FORCE_COLOR: "0" }, TERMINAL, false],
  ["both variables", { FORCE_COLOR: "1", NO_COLOR: "1" }, TERMINAL, false],
  ["a dumb terminal", { TERM: "dumb" }, TERMINAL, false],
])("colour on %s", (_what, env, stream, expected) => {
  expect(coloursFor(env, { stdout: stream, stderr: stream })).toEqual({
    stdout: expected,
    stderr: expected,
  });
});

test("an error is red where colour is wanted, and plain elsewhere", async () => {
  const colours = { stdout: true, stderr: true };
  expect((await runCli(["replya"], { io: { colours } })).stderr).toContain("\u001B[31mUnknown");
  expect((await runCli(["replya"])).stderr).not.toContain("\u001B");
});

test.each([200, 80, 60, 40, 20, 10])("the bar fits %s columns", (columns) => {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  let now = 0;
  const progress = createProgress({
    out,
    terminal: true,
    columns,
    total: 12_000_000,
    now: () => new Date((now += 60_000)),
  });
  progress.show({
    exchanges: 11_999_999,
    resumed: 0,
    calls: 23_456_789,
    different: 123_456,
    uncomparable: 98_765,
  });
  progress.end();
  const [line = ""] = lines;
  expect(line.startsWith("\r\u001B[2K")).toBe(true);
  expect(line.slice(5).length).toBeLessThan(columns);
  expect(line).toContain("11,999,999".slice(0, columns - 1));
});

test("a wide terminal has bar, counts and the time left", () => {
  expect(barLine(0.5, ["1 of 2 exchanges", "3 s left"], 60)).toBe(
    `[${"=".repeat(12)}${" ".repeat(12)}] 1 of 2 exchanges, 3 s left`,
  );
});

test.each<[string[], string[]]>([
  [["re"], ["record", "replay", "report"]],
  [
    ["notice", "s"],
    ["send", "secret", "status"],
  ],
  [["gate", "reports/a", "--fail"], ["--fail-on"]],
  [["gate", "reports/a", "--fail-on", "b"], ["breaking"]],
  [["replay", "a.sqlite", "--resume", "--res"], ["--results"]],
  [
    ["completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [["replay", "reports/"], []],
])("after %j the shell offers %j", async (words, expected) => {
  expect(await completions(words)).toEqual(expected);
});

test("the shell's scripts ask the program itself", async () => {
  for (const shell of SHELLS) {
    const { code, stdout } = await runCli(["completion", shell]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: completionScript(shell) });
  }
  const asked = await runCli(["--complete", "gate", "reports/a", "--fail-on", ""]);
  expect(asked).toMatchObject({ code: 0, stdout: "breaking\nrisky\ninfo\nnever\n" });
  const bash = `shadowdiff() { printf 'record\\nreplay\\n'; }
    ${completionScript("bash")}
    COMP_WORDS=(shadowdiff re); COMP_CWORD=1; _shadowdiff; printf '%s,' "\${COMPREPLY[@]}"`;
  expect(spawnSync("bash", ["-c", bash], { encoding: "utf8" })).toMatchObject({
    stdout: "record,replay,",
    stderr: "",
  });
});
