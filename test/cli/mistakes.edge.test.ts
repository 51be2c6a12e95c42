import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/registry.ts";
import { fieldsOf } from "../../src/config/resolve.ts";
import { MISTAKES, mistakesIn, type Workplace } from "../support/mistakes.ts";

let place: Workplace;

beforeAll(async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-mistakes-"));
  place = await mistakesIn(cwd);
  return () => {
    place.close();
    rmSync(cwd, { recursive: true, force: true });
  };
});

test.each(MISTAKES)("$what", async (mistake) => {
  const result = await place.make(mistake);
  expect(result).toMatchSnapshot();
  expect(result.code).toBe(mistake.code);
  expect(result.stderr + result.stdout).not.toMatch(/canary|\n {4}at /);
});

test("each option of each command is named by a test", async () => {
  const root = path.resolve(import.meta.dirname, "..");
  const tests = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  const flags = commands.flatMap(({ command }) => fieldsOf(command.options));
  const named = new Set(tests.match(/--[a-z][a-z-]*/g));
  expect([...new Set(flags.map(({ flag }) => flag))].filter((flag) => !named.has(flag))).toEqual(
    [],
  );
});
