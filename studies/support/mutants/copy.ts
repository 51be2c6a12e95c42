import { cpSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "..", "..", "..");
const NOT_COPIED = new Set(["node_modules", ".git", "dist", "reports"]);

/** A copy of the checkout in a new folder of its own, so that the checkout stays as it is. */
export function copyOfCheckout(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-mutants-"));
  for (const name of readdirSync(ROOT)) {
    if (NOT_COPIED.has(name)) continue;
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

/** The source files under a folder of the copy, from its root. */
export function sourcesUnder(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => path.join(folder, name))
    .sort();
}
