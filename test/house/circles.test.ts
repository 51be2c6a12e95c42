import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import config from "../../.oxlintrc.json" with { type: "json" };
import { circlesOf, importsOf } from "./imports.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A folder in which two files know each other by a type alone, and two by a load that comes later. */
function planted(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-circles-"));
  const files = {
    "house.ts": `import type { Room } from "./room.ts";\nexport interface House { rooms: Room[] }\n`,
    "room.ts": `import type { House } from "./house.ts";\nexport interface Room { in: House }\n`,
    "row.ts": `export const load = () => import("./command.ts");\n`,
    "command.ts": `import { load } from "./row.ts";\nexport const rows = [load];\n`,
    "apart.ts": `import type { House } from "./house.ts";\nexport const houses: House[] = [];\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

test("no file of src/ leads back to itself: by values, by types, or by what it loads later", () => {
  expect(circlesOf(importsOf(ROOT, "src"))).toEqual([]);
});

test("circles of types and of later loads are seen", () => {
  const folder = planted();
  try {
    expect(circlesOf(importsOf(folder, "."))).toEqual([
      ["house.ts", "room.ts"],
      ["command.ts", "row.ts"],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the linter refuses a circle of types with the project's own setting", async () => {
  const folder = planted();
  try {
    const rule = { "import/no-cycle": config.rules["import/no-cycle"] };
    const own = path.join(folder, ".oxlintrc.json");
    writeFileSync(own, JSON.stringify({ plugins: ["import"], categories: {}, rules: rule }));
    const linter = path.join(ROOT, "node_modules/.bin/oxlint");
    const words = ["-c", own, "--format", "json", folder];
    const { stdout } = await promisify(execFile)(linter, words).catch(
      (error: { stdout: string }) => error,
    );
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string }[] };
    const refused = diagnostics.map(({ filename }) => path.basename(filename));
    expect(refused.toSorted()).toEqual(["house.ts", "room.ts"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
