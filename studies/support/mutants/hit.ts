import { appendFileSync } from "node:fs";

const seen = new Set<string>();

/** Notes, once for each test file, that a region of the code was run; child processes inherit the file to note it in. */
export function hit(region: string): void {
  const file = process.env["MUTANTS_REACHED"];
  if (file === undefined || seen.has(`${file} ${region}`)) return;
  seen.add(`${file} ${region}`);
  appendFileSync(file, `${region}\n`);
}
