import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

const KEPT_FILE = "specification.txt";

/** Keeps the text of a specification with a run, so that report, gate and notices judge by the same one. */
export function keepSpecification(directory: string, text: string): void {
  const file = path.join(directory, KEPT_FILE);
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

/** The text kept with a run and where it stands, or null. */
export function keptSpecification(
  directory: string,
): { readonly text: string; readonly file: string } | null {
  const file = path.join(directory, KEPT_FILE);
  return existsSync(file) ? { text: readFileSync(file, "utf8"), file } : null;
}
