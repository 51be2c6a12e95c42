import { createVitest } from "vitest/node";

/** Asked of the runner: run these test files, after these sources changed. */
export interface Asked {
  readonly changed: readonly string[];
  readonly tests: readonly string[];
}

/** `null`: every test passed; else the first test file that did not. */
export interface Answer {
  readonly failed: string | null;
}

/**
 * A process with one Vitest that stays: started by `runner-link.ts`, which ends the whole process group where a mutant never comes back.
 */
const vitest = await createVitest("test", {
  root: process.cwd(),
  watch: false,
  bail: 1,
  maxWorkers: 1,
  reporters: [{}],
});

process.on("message", (asked: Asked) => {
  void answer(asked);
});
process.send?.("ready");

async function answer({ changed, tests }: Asked): Promise<void> {
  for (const file of changed) vitest.invalidateFile(file);
  const wanted = new Set(tests);
  const all = await vitest.globTestSpecifications([...tests]);
  const chosen = all.filter(({ moduleId }) => wanted.has(moduleId));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen);
  process.exitCode = 0;
  const failed = testModules.find((module) => !module.ok())?.moduleId;
  const reply: Answer = { failed: failed ?? (unhandledErrors.length > 0 ? "an error" : null) };
  process.send?.(reply);
}
