import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { COMMANDS } from "../../src/cli/registry.ts";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** The fenced blocks of a page of docs/, of one language. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const fences = text.matchAll(/^```(\w*)[^\n]*\n([^]*?)^```/gm);
  return [...fences].filter(([, name]) => name === language).map(([, , body = ""]) => body);
}

/** Every page that a reader is led to, as a path below the project. */
export function pages(): string[] {
  const found = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const below = ["docs", "ci", ".github"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      path.join(folder, name),
    ),
  );
  return [...found, ...below].filter((name) => name.endsWith(".md")).sort();
}

/** A page without its fenced blocks. */
function proseOf(page: string): string {
  return readFileSync(path.join(ROOT, page), "utf8").replaceAll(/^```[^]*?^```/gm, "");
}

/** Targets of a page's links and pictures. */
export function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(<?([^()\s<>]+)>?\)/g)].map(([, target = ""]) => target);
}

/** Names that a link can end in: headings as GitHub makes them. */
export function anchorsOf(page: string): Set<string> {
  const headings = proseOf(page).matchAll(/^#{1,6} +(.+?) *$/gm);
  return new Set(
    [...headings].map(([, text = ""]) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

export interface CommandLine {
  readonly page: string;
  /** As it stands, on one line. */
  readonly text: string;
  /** What follows `shadowdiff`. */
  readonly words: readonly string[];
  /** A whole command of a block; what stands within a sentence may leave things out. */
  readonly isWhole: boolean;
}

const SHELLS = new Set(["", "sh", "bash", "console", "shell", "text"]);
const CALL = /^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:npx )?shadowdiff(?= |$)/;

/** Every command line of a page, in blocks and within sentences. */
export function commandLinesOf(page: string): CommandLine[] {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^```(\w*)[^\n]*\n([^]*?)^```/gm)]
    .filter(([, language = ""]) => SHELLS.has(language))
    .flatMap(([, , body = ""]) => body.replaceAll(/\s*\\\n\s*/g, " ").split("\n"))
    .map((line) => ({ line: line.trim(), isWhole: true }));
  // In a sentence the program's name is often left out: `replay --workers auto`.
  const bare = new RegExp(`^(?:${COMMANDS.map(({ name }) => name).join("|")}) .*--`);
  const inline = [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => ({
    line: code.replaceAll(/\s+/g, " ").trim().replace(bare, "shadowdiff $&"),
    isWhole: false,
  }));
  return [...blocks, ...inline]
    .filter(({ line }) => CALL.test(line) && !/shadowdiff COMMAND/.test(line))
    .map(({ line, isWhole }) => ({
      page,
      text: line,
      words: shellWords(line.replace(CALL, "")),
      isWhole,
    }));
}

/** Words of a line up to a comment, a pipe, a redirection or another command. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)) {
    if (/^(?:#.*|[|>&;]+|\d?>.*)$/.test(word)) break;
    words.push(word.replaceAll(/["']/g, ""));
  }
  return words;
}
