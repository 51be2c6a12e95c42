import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { writeExamples } from "../../studies/support/example-notices.ts";
import { temporaryFolder } from "../support/folder.ts";

const SHOWN = fileURLToPath(new URL("../../docs/examples", import.meta.url));

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== "README.md");
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );
}

test("docs/examples are what the program writes (`npm run study notice-examples` writes them anew)", () => {
  const out = temporaryFolder();
  writeExamples(out);
  expect(contents(out)).toEqual(contents(SHOWN));
});
