import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rulesDocument } from "../src/classify/explain/reference.ts";
import { configurationSchema } from "../src/cli/schema.ts";
import { recordingFormatDocument } from "../src/recording/reference.ts";
import { roomsTable } from "./lint/layers.ts";

/** Docs that are made from the code: `npm run docs` writes them, `npm run docs:check` fails when one is stale. */
const DOCUMENTS: readonly { file: string; text: () => string | Promise<string> }[] = [
  { file: "docs/ARCHITECTURE.md", text: () => withRooms("docs/ARCHITECTURE.md") },
  { file: "docs/RULES.md", text: rulesDocument },
  { file: "docs/RECORDING-FORMAT.md", text: recordingFormatDocument },
  {
    file: "docs/schema/shadowdiff.schema.json",
    text: async () => `${JSON.stringify(await configurationSchema(), null, 2)}\n`,
  },
];

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes("--check");
const stale: string[] = [];
for (const { file, text } of DOCUMENTS) {
  const wanted = await text();
  const target = path.join(root, file);
  if (check) {
    if (current(target) !== wanted) stale.push(file);
    continue;
  }
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, wanted);
  console.log(file);
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run npm run docs.`);
  process.exitCode = 1;
}

function current(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/** A page written by hand with the table of rooms between its two marks. */
function withRooms(file: string): string {
  const marks = /(<!-- rooms: [^>]*-->\n).*(<!-- end of rooms -->)/s;
  const page = readFileSync(path.join(root, file), "utf8");
  if (!marks.test(page)) throw new Error(`${file} has no marks for the table of rooms`);
  return page.replace(
    marks,
    (_, start: string, end: string) => `${start}\n${roomsTable()}\n\n${end}`,
  );
}
