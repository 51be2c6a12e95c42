import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { copyOfCheckout, sourcesUnder } from "./copy.ts";
import { marked } from "./regions.ts";

/** What one test file runs of the code, in this process and in every child that it starts. */
export interface Reached {
  readonly test: string;
  readonly ms: number;
  readonly regions: ReadonlySet<string>;
}

/** Houses of tests that read the sources as text, or pack and install them: no place for a mutant. */
const NOT_ASKED = ["**/test/house/**", "**/test/packed/**", "**/test/docs/**"];

const IN_SETUP = `
import { expect as __expect } from "vitest";
process.env["MUTANTS_REACHED"] = process.env["MUTANTS_FOLDER"] + "/" + encodeURIComponent(__expect.getState().testPath ?? "none");
`;

/** Runs the unit and edge tests once in a copy whose every region notes that it is entered. */
export async function reachedByTests(filters: readonly string[]): Promise<Reached[]> {
  const root = copyOfCheckout();
  try {
    for (const name of sourcesUnder(root, "src")) {
      const file = path.join(root, name);
      const hit = path.relative(
        path.dirname(file),
        path.join(root, "studies/support/mutants/hit.ts"),
      );
      writeFileSync(file, marked(name, readFileSync(file, "utf8"), hit));
    }
    appendFileSync(path.join(root, "test/support/environment.ts"), IN_SETUP);
    const notes = path.join(root, "reached");
    mkdirSync(notes);
    await runTests(root, notes, filters);
    return read(root, notes);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function runTests(root: string, notes: string, filters: readonly string[]): Promise<void> {
  const exclude = NOT_ASKED.flatMap((folder) => ["--exclude", folder]);
  const words = ["node_modules/vitest/vitest.mjs", "run"];
  const child = spawn(
    process.execPath,
    [
      ...words,
      "--maxWorkers",
      "1",
      "--reporter",
      "json",
      "--outputFile",
      `${root}/times.json`,
      ...exclude,
      ...filters,
    ],
    { cwd: root, stdio: "ignore", env: { ...process.env, MUTANTS_FOLDER: notes } },
  );
  await once(child, "exit");
}

interface Times {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly status: string;
  }[];
}

function read(root: string, notes: string): Reached[] {
  const times = JSON.parse(readFileSync(path.join(root, "times.json"), "utf8")) as Times;
  const noted = new Set(readdirSync(notes));
  return times.testResults.flatMap(({ name, startTime, endTime, status }) => {
    const test = path.relative(root, name);
    if (status !== "passed") {
      console.log(`${test} does not pass in the marked copy, and is not asked`);
      return [];
    }
    const note = encodeURIComponent(name);
    const regions = noted.has(note) ? readFileSync(path.join(notes, note), "utf8").split("\n") : [];
    return [
      { test, ms: Math.ceil(endTime - startTime), regions: new Set(regions.filter(Boolean)) },
    ];
  });
}

const KEPT = path.resolve(
  import.meta.dirname,
  "..",
  "..",
  "..",
  "reports",
  "mutants",
  "reached.json",
);

/** What each test reaches: as it was last measured, or measured anew. */
export async function loadReached(again: boolean): Promise<readonly Reached[]> {
  if (again || !existsSync(KEPT)) {
    const rows = await reachedByTests([]);
    mkdirSync(path.dirname(KEPT), { recursive: true });
    writeFileSync(KEPT, JSON.stringify(rows.map((row) => ({ ...row, regions: [...row.regions] }))));
    return rows;
  }
  const rows = JSON.parse(readFileSync(KEPT, "utf8")) as (Omit<Reached, "regions"> & {
    readonly regions: string[];
  })[];
  return rows.map((row) => ({ ...row, regions: new Set(row.regions) }));
}
