import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LAYERS } from "../../scripts/lint/layers.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A file planted in each room that imports one file of each layer above, and a package that its own layer does not use. */
const planted = LAYERS.flatMap(({ rooms, packages }, height) =>
  Object.keys(rooms)
    .filter((room) => !room.endsWith(".ts"))
    .flatMap((room) => [
      ...LAYERS.slice(height + 1).map(({ rooms: higher }, index) => ({
        file: `${room}/planted-${index}.ts`,
        source: `${"../".repeat(room.split("/").length)}${Object.keys(higher)[0]}/anything.ts`,
      })),
      ...(packages === undefined ? [] : [{ file: `${room}/planted-package.ts`, source: "undici" }]),
      ...(packages === undefined ? [] : [{ file: `${room}/planted-io.ts`, source: "node:fs" }]),
    ]),
);

let folder = "";
let found: readonly { readonly filename: string; readonly code: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-layers-"));
  const config = path.join(folder, ".oxlintrc.json");
  writeFileSync(
    config,
    JSON.stringify({
      jsPlugins: [path.join(ROOT, "scripts/lint/layers.ts")],
      categories: {},
      rules: { "layers/no-upward-import": "error" },
    }),
  );
  const extra = [
    { file: "nowhere/planted.ts", source: "../model/json.ts" },
    { file: "replay/planted-yargs.ts", source: "yargs" },
    { file: "stages/allowed.ts", source: "../judge/judge.ts" },
    { file: "diff/allowed.ts", source: "../model/json.ts" },
  ];
  for (const { file, source } of [...planted, ...extra]) {
    const at = path.join(folder, "src", file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, `import "${source}";\n`);
  }
  const linter = path.join(ROOT, "node_modules/.bin/oxlint");
  const { stdout } = await promisify(execFile)(
    linter,
    ["-c", config, "--format", "json", path.join(folder, "src")],
    { maxBuffer: 64 << 20 },
  ).catch((error: { stdout: string }) => error);
  found = (JSON.parse(stdout) as { diagnostics: typeof found }).diagnostics;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isRefused = (file: string): boolean =>
  found.some(({ filename, code }) => filename.endsWith(`/src/${file}`) && code.includes("layers"));

describe("the layers of src/", () => {
  test.each(planted)("$file may not import $source", ({ file }) => {
    expect(isRefused(file)).toBe(true);
  });

  test("a folder that no layer names is refused", () => {
    expect(isRefused("nowhere/planted.ts")).toBe(true);
  });

  test("only the command line uses yargs", () => {
    expect(isRefused("replay/planted-yargs.ts")).toBe(true);
  });

  test("an import of a lower layer is allowed", () => {
    expect(isRefused("stages/allowed.ts")).toBe(false);
    expect(isRefused("diff/allowed.ts")).toBe(false);
  });

  test("the project's own lint uses the rule, and overrides it nowhere", async () => {
    const { default: config } = await import("../../.oxlintrc.json", { with: { type: "json" } });
    expect(config.rules["layers/no-upward-import"]).toBe("error");
    expect(config).not.toHaveProperty("overrides");
  });

  test("every folder of src/ stands in a layer", () => {
    const named = new Set(
      LAYERS.flatMap(({ rooms }) => Object.keys(rooms).map((room) => room.split("/")[0])),
    );
    const folders = readdirSync(path.join(ROOT, "src"));
    expect(folders.filter((name) => !named.has(name))).toEqual([]);
  });
});
