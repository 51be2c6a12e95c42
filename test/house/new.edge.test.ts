import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, "../..");
const COPIED = [
  "src",
  "scripts",
  "tsconfig.json",
  ".oxlintrc.json",
  ".oxfmtrc.json",
  "package.json",
];
let folder = "";

/** A copy of the sources, so that what the templates make is compiled and linted as a whole. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-new-"));
  for (const name of COPIED)
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(...words: string[]) {
  return run(process.execPath, ["scripts/new/main.ts", ...words], { cwd: folder });
}

function tool(name: string, ...words: string[]) {
  const bin = path.join(ROOT, "node_modules/.bin", name);
  return run(bin, words, { cwd: folder, maxBuffer: 16 << 20 });
}

test("each template gives code that compiles, is formatted, and passes the linter", async () => {
  await make("rule", "gas-used-changed", "risky");
  await make("importer", "lines");
  await make("format", "plain");
  await tool("oxfmt", "src");
  await tool("tsc", "-p", "tsconfig.json");
  await tool("oxlint", "--type-aware", "--deny-warnings", "src");
  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");
  expect(read("src/model/kinds.ts")).toMatch(/risky: \[[^\]]*"gas-used-changed",?\s*\]/);
  expect(read("src/import/importers.ts")).toMatch(/IMPORTERS[^\]]*\blines\b/);
  expect(read("src/report/formats/index.ts")).toMatch(/FORMATS[^\]]*\bplain\b/);
}, 60_000);

test("the new rule names the facts of its own example", async () => {
  const script = `
    import { examine } from "./src/classify/examine.ts";
    import { examplePair } from "./src/classify/rules/example.ts";
    import { ruleOf } from "./src/classify/rules/index.ts";
    const [example] = ruleOf("gas-used-changed").examples;
    console.log(JSON.stringify(examine(examplePair(example)).differences.map(({ kind }) => kind)));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
  });
  expect(JSON.parse(stdout)).toEqual(["gas-used-changed"]);
});

test("what is there already is not written over, and a bad name is refused", async () => {
  await expect(make("importer", "lines")).rejects.toMatchObject({ code: 2 });
  await expect(make("rule", "Bad Name")).rejects.toMatchObject({ code: 2 });
  await expect(make("wish", "any")).rejects.toMatchObject({ code: 2 });
});
