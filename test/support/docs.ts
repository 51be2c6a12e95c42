import { readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** The fenced blocks of a page of docs/, of one language. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const fences = text.matchAll(/^```(\w*)[^\n]*\n([^]*?)^```/gm);
  return [...fences].filter(([, name]) => name === language).map(([, , body = ""]) => body);
}
