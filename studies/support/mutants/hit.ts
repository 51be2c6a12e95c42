import { appendFileSync } from "node:fs";

const seen = new Set<string>();

/** Notes, once in each process and for each test file, that a region of the code was run. Child processes inherit where to note it. */
export function hit(region: string): void {
  // Hot loops come by here millions of times: to look into the environment is dear.
  if (seen.has(region)) return;
  seen.add(region);
  const file = process.env["MUTANTS_REACHED"];
  if (file !== undefined) appendFileSync(file, `${region}\n`);
}
