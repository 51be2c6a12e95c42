import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, "../..");
/** Neither needed nor cheap to copy. */
const LEFT = new Set(["node_modules", ".git", "reports", "recordings", "evidence", "images"]);
let folder = "";

/** A copy of the project in which one piece of each kind has been made: what the templates make is checked as a whole. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-new-"));
  for (const name of readdirSync(ROOT).filter((own) => !LEFT.has(own)))
    cpSync(path.join(ROOT, name), path.join(folder, name), {
      recursive: true,
      filter: (source) => !LEFT.has(path.basename(source)),
    });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  await make("rule", "gas-used-changed", "risky");
  await make("chain", "near");
  await make("format", "plain");
  await make("importer", "lines");
  await tool("oxfmt", "src");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(...words: string[]) {
  return run(process.execPath, ["scripts/new/main.ts", ...words], { cwd: folder });
}

/** A failing tool's own words are what the test says. */
async function tool(name: string, ...words: string[]): Promise<string> {
  const bin = path.join(ROOT, "node_modules/.bin", name);
  try {
    return (await run(bin, words, { cwd: folder, maxBuffer: 16 << 20 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${name} ${words.join(" ")}\n${stdout}\n${stderr}`, { cause: error });
  }
}

const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");

test("each piece has its row in the registries", () => {
  expect(read("src/model/kinds.ts")).toMatch(/risky: \[[^\]]*"gas-used-changed",?\s*\]/);
  expect(read("src/import/importers.ts")).toContain(", lines];");
  expect(read("src/report/formats/index.ts")).toContain(", plain];");
  expect(read("src/chains/index.ts")).toContain(", NEAR, OTHER];");
});

test("the program with them compiles and passes the linter", async () => {
  await tool("tsc", "-p", "tsconfig.json");
  await tool("oxlint", "--type-aware", "--deny-warnings", "src");
}, 120_000);

test("the tests of rules, advice, notices, formats and methods pass with them", async () => {
  const files = [
    "classify/rules",
    "classify/advice",
    "notice/privacy",
    "report/formats",
    "protocol/methods",
  ];
  await tool("vitest", "run", "--project", "unit", ...files.map((file) => `test/${file}`));
}, 120_000);

test("they are in use at once: help, importer by name, the chain of a method, the rule of its example", async () => {
  const script = `
    import { chainOf, methodKnowledge } from "./src/chains/index.ts";
    import { examine } from "./src/classify/examine.ts";
    import { examplePair } from "./src/classify/rules/example.ts";
    import { ruleOf } from "./src/classify/rules/index.ts";
    import { importerByName } from "./src/import/importers.ts";
    const [example] = ruleOf("gas-used-changed").examples;
    console.log(JSON.stringify({
      kinds: examine(examplePair(example)).differences.map(({ kind }) => kind),
      importer: importerByName("calls.lines").name,
      chain: chainOf("json-rpc", "near_head"),
      safe: methodKnowledge("near", "near_head").safe,
    }));`;
  const words = ["--input-type=module", "-e", script];
  const { stdout } = await run(process.execPath, words, { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({
    kinds: ["gas-used-changed"],
    importer: "lines",
    chain: "near",
    safe: true,
  });
  const help = await run(process.execPath, ["src/main.ts", "report", "--help"], { cwd: folder });
  expect(help.stdout).toContain("plain");
});

test("what is there already is not written over, and a bad name is refused", async () => {
  await expect(make("importer", "lines")).rejects.toMatchObject({ code: 2 });
  await expect(make("rule", "Bad Name")).rejects.toMatchObject({ code: 2 });
  await expect(make("rule", "one-more", "dreadful")).rejects.toMatchObject({ code: 2 });
  for (const word of ["class", "default", "await"])
    await expect(make("format", word)).rejects.toMatchObject({ code: 2 });
  await expect(make("wish", "any")).rejects.toMatchObject({ code: 2 });
});
