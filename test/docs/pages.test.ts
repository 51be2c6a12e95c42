import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseFlags, positionalsOf } from "../../src/cli/parse.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { tryOptions } from "../../src/config/resolve.ts";
import { anchorsOf, commandLinesOf, linksOf, pages, ROOT } from "../support/docs.ts";

const PAGES = pages();

describe("links", () => {
  test.each(PAGES)("of %s lead somewhere", (page) => {
    const dead = linksOf(page).filter((link) => {
      if (link === "#" || /^[a-z]+:/.test(link)) return false;
      const [file = "", anchor] = link.split("#", 2);
      const target = file === "" ? page : path.join(path.dirname(page), file);
      if (!existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor);
    });
    expect(dead).toEqual([]);
  });
});

/** Evidence says what was run at its time, and prints what came of it. */
const LINES = PAGES.filter((page) => !page.startsWith("docs/evidence/")).flatMap((page) =>
  commandLinesOf(page),
);

test("there are command lines to look at", () => {
  expect(LINES.length).toBeGreaterThan(80);
});

test.each(LINES)("$page: $text", async ({ words, isWhole }) => {
  const row = COMMANDS.find(
    ({ name }) => name === words.slice(0, name.split(" ").length).join(" "),
  );
  const isGroup = COMMANDS.some(({ name }) => name.startsWith(`${words[0]} `));
  const isGeneral = words.length === 0 || /^(?:-.*|help)$/.test(words[0] ?? "");
  expect(row !== undefined || isGeneral || (isGroup && !isWhole)).toBe(true);
  const { command } = (await row?.load()) ?? {};
  const problems = command === undefined ? [] : await problemsOf(command, words, isWhole);
  expect(problems).toEqual([]);
});

const CUT = /^\[?(?:…|\.\.\.)\]?$/;

function isLeftOut(word: string, next = ""): boolean {
  return CUT.test(word) || (word.startsWith("--") && CUT.test(next));
}

/** What the program itself would say against a line. */
async function problemsOf(
  command: Parameters<typeof parseFlags>[0],
  words: readonly string[],
  isWhole: boolean,
): Promise<readonly string[]> {
  const own = words.slice(command.name.split(" ").length);
  const isCut = own.some((word) => CUT.test(word));
  // `--old …` leaves out a value, `…` alone more than that.
  const given = own.filter((word, index) => !isLeftOut(word, own[index + 1]));
  // Within a sentence an option may stand without its value.
  if (!isWhole && given.at(-1)?.startsWith("--") === true) given.pop();
  const { flags, help } = await parseFlags(command, given);
  if (help) return [];
  const { problems, missing } = tryOptions(command.options, {
    flags,
    env: {},
    section: {},
    sectionName: command.name,
    filePath: null,
    positionals: positionalsOf(command),
  });
  // There, and in a synopsis, values are names: `--old URL`.
  if (!isWhole) return [];
  return isCut ? problems : [...problems, ...missing];
}
