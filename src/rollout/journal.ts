import { z } from "zod";
import { appendLine, readLines } from "../upgrade/json-lines.ts";
import type { RolloutFacts } from "../upgrade/steps/facts.ts";

/**
 * A line of the journal. Each change of weight is written before it is made (`intent`) and after it was seen (`made`), so that
 * who comes after a crash knows what may have been done.
 */
export const entrySchema = z.object({
  /** RFC 3339. */
  at: z.string(),
  what: z.enum([
    "begin",
    "intent",
    "made",
    "soak",
    "pause",
    "resume",
    "rollback",
    "hold",
    "complete",
    "retire",
    "note",
  ]),
  /** Share of traffic on the candidate, in percent, that this entry is about. */
  weight: z.number().min(0).max(100),
  /** Index of the step in the plan; -1 outside of it. */
  step: z.int(),
  /** Who or what: `gate`, a person's name, `resume after a stop`. */
  by: z.string(),
  why: z.string(),
});

export type JournalEntry = z.output<typeof entrySchema>;

export function readJournal(file: string): JournalEntry[] {
  return readLines(file, entrySchema);
}

export function addEntry(file: string, entry: JournalEntry): void {
  appendLine(file, entry);
}

const STATES: Readonly<Partial<Record<JournalEntry["what"], RolloutFacts["state"]>>> = {
  pause: "paused",
  hold: "holding",
  complete: "complete",
  retire: "retired",
};

/** Where a roll-out stands; null where none was begun. What an earlier one did that went back does not count. */
export function rolloutFacts(file: string): RolloutFacts | null {
  const all = readJournal(file);
  const entries = all.slice(
    Math.max(
      0,
      all.findLastIndex(({ what }) => what === "begin"),
    ),
  );
  const last = entries.at(-1);
  if (last === undefined) return null;
  const { weight, at } = last;
  const back = entries.findLast(({ what }) => what === "rollback");
  if (back !== undefined) return { state: "rolled-back", weight, allAt: null, at, why: back.why };
  const allAt = entries.find(({ what, weight: own }) => what === "made" && own === 100)?.at ?? null;
  const told = entries.findLast(({ what }) => what !== "note" && what !== "soak") ?? last;
  return { state: STATES[told.what] ?? "running", weight, allAt, at, why: told.why };
}
