import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createVitest, type Vitest } from "vitest/node";
import { mutantsOf, type Mutant } from "./support/code-mutants.ts";
import { seeded } from "./support/random.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const SEED = 20_261_125;
/** At most so many of one file, so that a long one does not speak for its folder. */
const MOST_OF_A_FILE = 6;

/** A room and the tests that are to notice when it is wrong. */
interface Ground {
  readonly room: string;
  readonly tests: readonly string[];
}

const GROUNDS: readonly Ground[] = [
  { room: "judge", tests: ["test/judge/"] },
  { room: "statistics", tests: ["test/judge/", "test/recording/", "test/notice/estimate"] },
  { room: "diff", tests: ["test/diff/", "test/classify/"] },
  { room: "classify", tests: ["test/classify/", "test/compare/"] },
  { room: "redact", tests: ["test/record/redact", "test/redact/"] },
  { room: "recording", tests: ["test/recording/"] },
  { room: "replay", tests: ["test/replay/"] },
  { room: "notice", tests: ["test/notice/"] },
  { room: "cases", tests: ["test/classify/cases", "test/classify/commands"] },
  { room: "runs", tests: ["test/runs/"] },
  { room: "import", tests: ["test/import/"] },
  {
    room: "wire",
    tests: ["test/wire/", "test/record/http-", "test/record/websocket"],
  },
  { room: "protocol", tests: ["test/protocol/", "test/import/"] },
  {
    room: "chains",
    tests: ["test/protocol/", "test/classify/every-method", "test/classify/examine"],
  },
];

interface Verdict {
  readonly mutant: Mutant;
  readonly killed: boolean;
}

/** Mutants of the program's own code, and whether the tests of `npm test` notice them. In a copy: the checkout stays as it is. */
export const study = {
  name: "mutants",
  summary: "changes of our own code that no test notices, by folder: mutants [ROOM] [COUNT]",
  async run([only, words]: string[]): Promise<void> {
    const count = Number(words ?? 60);
    const grounds = GROUNDS.filter(({ room }) => only === undefined || room === only);
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-mutants-"));
    try {
      copyTo(folder);
      process.chdir(folder);
      const results = new Map<string, Verdict[]>();
      for (const ground of grounds)
        results.set(ground.room, await judgeRoom(folder, ground, count));
      process.chdir(ROOT);
      const name = only === undefined ? "mutants" : `mutants-${only}`;
      writeEvidence(name, report(results, only === undefined ? "" : ` ${only} ${count}`));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function copyTo(folder: string): void {
  for (const name of readdirSync(ROOT)) {
    if (["node_modules", ".git", "dist"].includes(name)) continue;
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
}

async function judgeRoom(
  folder: string,
  { room, tests }: Ground,
  count: number,
): Promise<Verdict[]> {
  const vitest = await createVitest("test", {
    root: folder,
    watch: false,
    bail: 1,
    reporters: [{}],
    testTimeout: 30_000,
  });
  try {
    if (!(await passes(vitest, tests))) throw new Error(`The tests of ${room} fail as they are.`);
    const verdicts: Verdict[] = [];
    for (const mutant of chosen(path.join(folder, "src", room), count)) {
      const source = readFileSync(mutant.file, "utf8");
      writeFileSync(
        mutant.file,
        `${source.slice(0, mutant.start)}${mutant.after}${source.slice(mutant.end)}`,
      );
      vitest.invalidateFile(mutant.file);
      const killed = !(await passes(vitest, tests));
      writeFileSync(mutant.file, source);
      vitest.invalidateFile(mutant.file);
      verdicts.push({ mutant, killed });
      if (!killed) console.log(lineOf(mutant));
    }
    return verdicts;
  } finally {
    await vitest.close();
  }
}

async function passes(vitest: Vitest, tests: readonly string[]): Promise<boolean> {
  const specifications = (await vitest.globTestSpecifications([...tests])).filter(
    ({ project }) => project.name === "unit" || project.name === "edges",
  );
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  process.exitCode = 0;
  return unhandledErrors.length === 0 && testModules.every((module) => module.ok());
}

/** A seeded choice over the files of a room; generated data and texts have no mutants to speak of. */
function chosen(folder: string, count: number): Mutant[] {
  const random = seeded(SEED);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .sort();
  const all = files.flatMap((name) => {
    const file = path.join(folder, name);
    return shuffled(mutantsOf(file, readFileSync(file, "utf8")), random).slice(0, MOST_OF_A_FILE);
  });
  return shuffled(all, random).slice(0, count);
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

function lineOf({ file, line, before, after }: Mutant): string {
  const place = file.slice(file.lastIndexOf("/src/") + 1);
  return `${place}:${line} \`${short(before)}\` → \`${short(after)}\``;
}

function short(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, 60);
}

function report(results: ReadonlyMap<string, readonly Verdict[]>, words: string): string[] {
  const row = ([room, verdicts]: readonly [string, readonly Verdict[]]): string => {
    const killed = verdicts.filter((verdict) => verdict.killed).length;
    const share = ((100 * killed) / Math.max(1, verdicts.length)).toFixed(0);
    return `| ${room} | ${verdicts.length} | ${killed} | ${share} % |`;
  };
  const lived = [...results].flatMap(([, verdicts]) => verdicts.filter(({ killed }) => !killed));
  return [
    "# Mutants of the code",
    "",
    `${provenance(`npm run study -- mutants${words}`)} Seed ${SEED}.`,
    "",
    "One change at a time, in a copy; killed when a unit or edge test of the room fails. Node and browser tests are not run.",
    "",
    "| room | mutants | killed | share |",
    "| --- | --- | --- | --- |",
    ...[...results].map(row),
    "",
    "## Survivors",
    "",
    ...lived.map(({ mutant }) => `- ${lineOf(mutant)}`),
  ];
}
