import { expect, test } from "vitest";
import { z } from "zod";
import { defineCommand } from "../../src/cli/define.ts";
import { parseFlags } from "../../src/cli/parse.ts";
import { duration, share, size } from "../../src/config/fields.ts";
import { fieldsOf, resolveOptions } from "../../src/config/resolve.ts";

const command = defineCommand({
  name: "replay",
  positionals: "<recordings..>",
  summary: "send a recording",
  options: z.object({
    recordings: z.array(z.string()).min(1).describe("recordings to send"),
    old: z.array(z.url()).default([]).describe("a node of the old version"),
    concurrency: z.number().int().min(1).default(32).describe("calls at once"),
    maxBody: size().default(1_000_000).describe("largest body"),
    timeout: duration().default(30_000).describe("per request"),
    sample: share().optional().describe("share of traffic"),
    pin: z.enum(["auto", "none"]).default("auto").describe("where latest points"),
    rebase: z.boolean().default(false).describe("move numbers near the head"),
  }),
  examples: [],
  run: () => Promise.resolve(0),
});

interface Given {
  readonly words?: string;
  readonly env?: Record<string, string>;
  readonly section?: Record<string, unknown>;
}

async function resolve({ words = "", env = {}, section = {} }: Given) {
  const { flags } = await parseFlags(command, ["a.sqlite", ...words.split(" ").filter(Boolean)]);
  return resolveOptions(command.options, {
    flags,
    env,
    section,
    sectionName: "replay",
    filePath: "shadowdiff.yaml",
  });
}

test("flag > environment > file > default, and each value knows where it came from", async () => {
  const env = { SHADOWDIFF_CONCURRENCY: "8", SHADOWDIFF_TIMEOUT: "5s" };
  const section = { concurrency: 4, timeout: "1m", rebase: true };
  const { values, origins } = await resolve({ words: "--concurrency 16", env, section });
  expect(values).toMatchObject({ concurrency: 16, timeout: 5_000, rebase: true, pin: "auto" });
  expect(origins).toMatchObject({
    concurrency: "flag",
    timeout: "environment",
    rebase: "file",
    pin: "default",
  });
});

test("lists repeat on the command line and are split at commas in the environment", async () => {
  const { values } = await resolve({ words: "--old http://a --old http://b" });
  expect(values["old"]).toEqual(["http://a", "http://b"]);
  const fromEnvironment = await resolve({ env: { SHADOWDIFF_OLD: "http://a,http://b" } });
  expect(fromEnvironment.values["old"]).toEqual(["http://a", "http://b"]);
});

test("units are read in every place", async () => {
  const { values } = await resolve({
    words: "--max-body 2MiB --sample 1%",
    section: { timeout: 3 },
  });
  expect(values).toMatchObject({ maxBody: 2 * 1024 * 1024, sample: 0.01, timeout: 3_000 });
});

test.each<[string, Given, RegExp]>([
  [
    "a flag's value",
    { words: "--concurrency many" },
    /--concurrency: expected a number; got "many"/,
  ],
  [
    "a variable's value",
    { env: { SHADOWDIFF_TIMEOUT: "soon" } },
    /SHADOWDIFF_TIMEOUT: expected something like 30s/,
  ],
  ["a key's value", { section: { concurrency: -1 } }, /replay\.concurrency in shadowdiff\.yaml: /],
  ["a choice", { words: "--pin 7up" }, /pin/],
  [
    "an unknown key",
    { section: { concurency: 4 } },
    /Unknown key "concurency".*did you mean "concurrency"/,
  ],
  ["an unknown flag", { words: "--concurency 4" }, /did you mean --concurrency\?/],
  [
    "a flag given twice",
    { words: "--concurrency 1 --concurrency 2" },
    /--concurrency was given twice/,
  ],
  ["a flag without its value", { words: "--concurrency" }, /Not enough arguments.*concurrency/],
])("%s that can't be used is named with its place", async (_what, given, message) => {
  await expect(
    resolve(given).catch((error: { message: string; details: string[] }) => {
      throw new Error([error.message, ...error.details].join("\n"));
    }),
  ).rejects.toThrow(message);
});

test("every option is also a variable and a key of the file", () => {
  for (const field of fieldsOf(command.options)) {
    expect(field.variable).toMatch(/^SHADOWDIFF_[A-Z_]+$/);
    expect(field.description).not.toBe("");
  }
});
