import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { canBeNamed } from "./piece.ts";
import { PIECES } from "./pieces.ts";

// `npm run new -- KIND NAME`: a new piece of one of these kinds from a template, with its rows in the registries.

const [kind, name, ...rest] = process.argv.slice(2);
const piece = PIECES.find((known) => known.kind === kind);
if (piece === undefined || name === undefined || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
  const known = PIECES.map((own) => `  npm run new -- ${own.usage}`).join("\n");
  console.error(`Usage, with a name in lower case and dashes:\n${known}`);
  process.exit(2);
}

if (!canBeNamed(name)) {
  console.error(`"${name}" is a word of the language, and can't name a piece of code.`);
  process.exit(2);
}

const { files, edits, next } = piece.make(name, rest);
for (const file of Object.keys(files)) {
  if (existsSync(file)) {
    console.error(`${file} is there already: nothing was written.`);
    process.exit(2);
  }
}
const edited = edits.map(({ file, change }) => {
  const before = readFileSync(file, "utf8");
  const after = change(before);
  if (after === before) {
    console.error(
      `${file} has no place for ${name} where one was looked for: nothing was written.`,
    );
    process.exit(2);
  }
  return { file, after };
});
for (const [file, text] of Object.entries(files)) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`made    ${file}`);
}
for (const { file, after } of edited) {
  writeFileSync(file, after);
  console.log(`changed ${file}`);
}
console.log(`\nNext:\n${next.map((line) => `  ${line}`).join("\n")}`);
