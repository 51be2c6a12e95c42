import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { mutantsOf, type Mutant } from "./support/mutants/code-mutants.ts";
import { copyOfCheckout, sourcesUnder } from "./support/mutants/copy.ts";
import { Outcomes, type Outcome } from "./support/mutants/outcomes.ts";
import { loadReached, type Reached } from "./support/mutants/reached.ts";
import { regionAround, regionsOf } from "./support/mutants/regions.ts";
import { RunnerLink } from "./support/mutants/runner-link.ts";
import { seeded } from "./support/random.ts";
import { provenance } from "./support/replaying.ts";

const SEED = 7_001;
/** At most so many of one file, so that a long one does not speak for its folder. */
const MOST_OF_A_FILE = 6;
/** Tests of other rooms are asked for so long (as they took unchanged), the quickest first: unit tests, then edge tests. */
const MOST_FOREIGN_MS = 6_000;
/** Test files that take longer are not asked: each survivor would cost as much. What they alone would notice counts as lived. */
const LONGEST_TEST_MS = 6_000;
/** So many times what the tests took unchanged, and a start: past it, the mutant never comes back. */
const PATIENCE = 3;
const PATIENCE_AT_LEAST_MS = 30_000;

/** Folders of tests that carry the name of another room than the one that they are about. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  redact: ["test/record/redact", "test/redact/"],
  statistics: ["test/judge/", "test/recording/", "test/notice/estimate"],
  cases: ["test/classify/cases", "test/classify/commands"],
  wire: ["test/wire/", "test/record/http-", "test/record/websocket"],
};

/** Mutants of the program's own code, and whether the tests of `npm test` notice them. In a copy: the checkout stays as it is. */
export const study = {
  name: "mutants",
  summary:
    "changes of our own code that no test notices: mutants ROOM [COUNT] [--seed N] [--resume] [--reached again]",
  async run(words: string[]): Promise<void> {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        seed: { type: "string" },
        resume: { type: "boolean" },
        reached: { type: "string" },
      },
    });
    const [room, count = "60"] = positionals;
    if (room === undefined) throw new Error("Name a room: a folder of src.");
    const seed = Number(values.seed ?? SEED);
    const reached = await loadReached(values.reached === "again");
    const root = copyOfCheckout();
    const runner = new RunnerLink(root);
    try {
      const outcomes = new Outcomes(room, seed, values.resume === true);
      const all: Outcome[] = [];
      for (const mutant of chosen(root, room, Number(count), seed)) {
        const known = outcomes.of(mutant);
        const outcome =
          known ?? (await tried(root, runner, mutant, orderFor(root, room, mutant, reached)));
        if (known === undefined) outcomes.add(outcome);
        if (outcome.end !== "killed")
          console.log(`${outcome.end}: ${lineOf(mutant)} (${outcome.tests} test files)`);
        all.push(outcome);
      }
      console.log(report(room, all, `npm run study -- mutants ${words.join(" ")}`, seed));
    } finally {
      runner.stop();
      rmSync(root, { recursive: true, force: true });
    }
  },
};

/** Test files in the order in which they are asked: a group at a time, the next only where the one before saw nothing. */
type Order = readonly (readonly Reached[])[];

function orderFor(root: string, room: string, mutant: Mutant, reached: readonly Reached[]): Order {
  const source = readFileSync(path.join(root, mutant.file), "utf8");
  const region = regionAround(mutant.file, regionsOf(mutant.file, source), mutant.start);
  const reaching = reached
    .filter(({ regions, ms }) => regions.has(region) && ms < LONGEST_TEST_MS)
    .sort((one, other) => one.ms - other.ms);
  const own = OWN[room] ?? [`test/${room}/`];
  const isOwn = ({ test }: Reached): boolean => own.some((start) => test.startsWith(start));
  const foreign = (edges: boolean): Reached[] => {
    let ms = 0;
    return reaching.filter(
      (test) => !isOwn(test) && isEdge(test) === edges && (ms += test.ms) < MOST_FOREIGN_MS,
    );
  };
  return [
    reaching.filter((test) => isOwn(test) && !isEdge(test)),
    foreign(false),
    reaching.filter((test) => isOwn(test) && isEdge(test)),
    foreign(true),
  ].filter((group) => group.length > 0);
}

function isEdge({ test }: Reached): boolean {
  return test.endsWith(".edge.test.ts");
}

async function tried(
  root: string,
  runner: RunnerLink,
  mutant: Mutant,
  order: Order,
): Promise<Outcome> {
  const file = path.join(root, mutant.file);
  const source = readFileSync(file, "utf8");
  const tests = order.flat().length;
  const write = (text: string): void => {
    writeFileSync(file, text);
    runner.changed(file);
  };
  write(source.slice(0, mutant.start) + mutant.after + source.slice(mutant.end));
  try {
    for (const group of order) {
      const asked = group.map(({ test }) => path.join(root, test));
      const usualMs = group.reduce((sum, { ms }) => sum + ms, 0);
      const mostMs = PATIENCE_AT_LEAST_MS + PATIENCE * usualMs;
      let failed = await runner.run(asked, mostMs);
      // An edge test may fail for a reason of its own beside other work: it must notice twice.
      if (failed?.endsWith(".edge.test.ts") === true) failed = await runner.run([failed], mostMs);
      if (failed === undefined) return { mutant, end: "timed out", by: null, tests };
      if (failed === null) continue;
      write(source);
      await passesAsItIs(runner, failed);
      return { mutant, end: "killed", by: path.relative(root, failed), tests };
    }
    return { mutant, end: "lived", by: null, tests };
  } finally {
    write(source);
  }
}

const passed = new Set<string>();

/** Looks once at each test that noticed something, whether it passes without a mutant. Throws where it does not. */
async function passesAsItIs(runner: RunnerLink, test: string): Promise<void> {
  if (passed.has(test) || !path.isAbsolute(test)) return;
  // Twice: beside other work a test of something that runs may fail for a reason of its own.
  for (const _ of [1, 2]) {
    if ((await runner.run([test], 10 * PATIENCE_AT_LEAST_MS)) !== null) continue;
    passed.add(test);
    return;
  }
  throw new Error(`${test} fails as it is.`);
}

/** A seeded choice over the files of a room; generated data and texts have no mutants to speak of. */
function chosen(root: string, room: string, count: number, seed: number): Mutant[] {
  const random = seeded(seed);
  const all = sourcesUnder(root, path.join("src", room)).flatMap((name) => {
    const source = readFileSync(path.join(root, name), "utf8");
    return shuffled(mutantsOf(name, source), random).slice(0, MOST_OF_A_FILE);
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
  return `${file}:${line} \`${short(before)}\` → \`${short(after)}\``;
}

function short(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, 60);
}

function report(room: string, outcomes: readonly Outcome[], command: string, seed: number): string {
  const killed = outcomes.filter(({ end }) => end !== "lived").length;
  const share = ((100 * killed) / Math.max(1, outcomes.length)).toFixed(0);
  const lived = outcomes.filter(({ end }) => end === "lived");
  return [
    `${provenance(command)} Seed ${seed}.`,
    `| ${room} | ${outcomes.length} | ${killed} | ${share} % |`,
    ...lived.map(({ mutant }) => `- ${lineOf(mutant)}`),
  ].join("\n");
}
