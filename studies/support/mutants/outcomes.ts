import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Mutant } from "./code-mutants.ts";

const FOLDER = path.resolve(import.meta.dirname, "..", "..", "..", "reports", "mutants");

/** How a mutant ended: noticed by a test, never came back, or lived; `tests`: how many test files were asked. */
export interface Outcome {
  readonly mutant: Mutant;
  readonly end: "killed" | "timed out" | "lived";
  /** The test file that noticed. */
  readonly by: string | null;
  readonly tests: number;
}

/** One line for each mutant as it ends: what was stopped goes on where it was. */
export class Outcomes {
  readonly #file: string;
  readonly known: readonly Outcome[];

  constructor(room: string, seed: number, resume: boolean) {
    mkdirSync(FOLDER, { recursive: true });
    this.#file = path.join(FOLDER, `${room}-${seed}.jsonl`);
    if (!resume) rmSync(this.#file, { force: true });
    this.known = existsSync(this.#file)
      ? readFileSync(this.#file, "utf8")
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Outcome)
      : [];
  }

  add(outcome: Outcome): void {
    appendFileSync(this.#file, `${JSON.stringify(outcome)}\n`);
  }

  /** The outcome of the same change, where it is known. */
  of({ file, start, after }: Mutant): Outcome | undefined {
    return this.known.find(
      ({ mutant }) => mutant.file === file && mutant.start === start && mutant.after === after,
    );
  }
}
