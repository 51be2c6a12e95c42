import { BaseSequencer, createVitest, type TestSpecification } from "vitest/node";

/** Asked of the runner: run these test files in this order, after these sources changed. */
export interface Asked {
  readonly changed: readonly string[];
  readonly tests: readonly string[];
}

/** `null`: every test passed; else the first test file that did not. */
export interface Answer {
  readonly failed: string | null;
}

let order: readonly string[] = [];

/** The quickest first, as they are asked: most mutants are noticed by one of them. */
class AsAsked extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted(
      (one, other) => order.indexOf(one.moduleId) - order.indexOf(other.moduleId),
    );
  }
}

/**
 * A process with one Vitest that stays: started by `runner-link.ts`, which ends the whole process group where a mutant never comes back.
 */
const vitest = await createVitest("test", {
  root: process.cwd(),
  watch: false,
  bail: 1,
  maxWorkers: 1,
  // Half the time. Whoever notices a mutant is asked without one, too.
  isolate: false,
  reporters: [{}],
  sequence: { sequencer: AsAsked },
});

const all = new Map((await vitest.globTestSpecifications()).map((one) => [one.moduleId, one]));

process.on("message", (asked: Asked) => {
  void answer(asked);
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function answer({ changed, tests }: Asked): Promise<void> {
  for (const file of changed) vitest.invalidateFile(file);
  order = tests;
  const chosen = tests.map((test) => all.get(test)).filter((one) => one !== undefined);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen);
  // Vitest also gives the files of earlier runs, as they ended then.
  const asked = testModules.filter(({ moduleId }) => tests.includes(moduleId));
  process.exitCode = 0;
  const failed = asked.find((module) => module.state() === "failed")?.moduleId;
  const isWell = unhandledErrors.length === 0 && asked.every((module) => module.ok());
  const reply: Answer = { failed: isWell ? null : (failed ?? "an error") };
  process.send?.(reply);
}
