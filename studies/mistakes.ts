import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MISTAKES, mistakesIn } from "../test/support/mistakes.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");
/** Starts of a process, of which the median is given. */
const STARTS = 3;

/** How long a person waits for the message of each mistake that has a snapshot in test/cli. */
export const study = {
  name: "mistakes",
  summary: "how long each of people's mistakes takes until its message: mistakes",
  async run(): Promise<void> {
    const cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-mistakes-"));
    const place = await mistakesIn(cwd);
    try {
      const rows: { what: string; code: number; first: string; ms: number }[] = [];
      for (const mistake of MISTAKES) {
        // Once: some leave a folder behind, and are another mistake the second time.
        const start = performance.now();
        const { code, stdout, stderr } = await place.make(mistake);
        const ms = performance.now() - start;
        const [first = ""] = (stderr || stdout).split("\n", 1);
        rows.push({ what: mistake.what, code, first, ms });
      }
      writeEvidence("mistakes", page(rows, startTime()));
    } finally {
      place.close();
      rmSync(cwd, { recursive: true, force: true });
    }
  },
};

/** What every command costs before it does anything: the process and its modules, in milliseconds. */
function startTime(): number {
  const times = Array.from({ length: STARTS }, () => {
    const start = performance.now();
    spawnSync(process.execPath, [MAIN, "gate", "nothing-here"]);
    return performance.now() - start;
  });
  return median(times);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function page(
  rows: readonly { what: string; code: number; first: string; ms: number }[],
  start: number,
): string[] {
  const sorted = rows.toSorted((a, b) => b.ms - a.ms);
  return [
    "# Mistakes, and how long until their message",
    "",
    provenance("npm run study -- mistakes"),
    "",
    `${rows.length} mistakes; each is a snapshot of test/cli/mistakes.edge.test.ts too. Milliseconds are of the command alone; a process of its own takes ${start.toFixed(0)} ms more to start, on this machine and beside other work.`,
    "",
    "| mistake | exit | ms | first line |",
    "| --- | --- | --- | --- |",
    ...sorted.map(
      ({ what, code, first, ms }) =>
        `| ${what} | ${code} | ${ms.toFixed(0)} | ${first.replaceAll("|", "\\|")} |`,
    ),
  ];
}
