import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rulesDocument } from "../src/classify/explain/reference.ts";
import { configurationSchema } from "../src/cli/schema.ts";
import { REASON_HELP } from "../src/cli/reason-help.ts";
import { recordingFormatDocument } from "../src/recording/reference.ts";
import { roomsTable } from "./lint/layers.ts";

/** Docs that are made from the code: `npm run docs` writes them, `npm run docs:check` fails when one is stale. */
const DOCUMENTS: readonly { file: string; text: () => string | Promise<string> }[] = [
  {
    file: "docs/ARCHITECTURE.md",
    text: () => withMade("docs/ARCHITECTURE.md", "rooms", roomsTable()),
  },
  {
    file: "docs/guides/troubleshooting.md",
    text: () => withMade("docs/guides/troubleshooting.md", "reasons", reasonsTable()),
  },
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

/** A page written by hand with a table between its two marks that is made. */
function withMade(file: string, name: string, table: string): string {
  const marks = new RegExp(`(<!-- ${name}: [^>]*-->\n).*(<!-- end of ${name} -->)`, "s");
  const page = readFileSync(path.join(root, file), "utf8");
  if (!marks.test(page)) throw new Error(`${file} has no marks for the table of ${name}`);
  return page.replace(marks, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`);
}

/** What the program says of each reason for which a call is not compared. */
function reasonsTable(): string {
  const rows = Object.entries(REASON_HELP).map(([reason, help]) => `| \`${reason}\` | ${help} |`);
  return ["| reason | why, and what helps |", "| --- | --- |", ...rows].join("\n");
}
