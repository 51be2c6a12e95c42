import path from "node:path";
import type { Io } from "./io.ts";
import { paint } from "./colour.ts";
import { commandLines } from "./command-lines.ts";

/** What one may do now: why, and the words of the command. */
export type NextStep = readonly [why: string, words: readonly string[]];

/**
 * Says on stderr how to go on, one command a step that can be copied. Within a longer way (demo, run, try) nobody has to be
 * told the next step: there it is silent.
 */
export function suggest(
  io: Pick<Io, "stderr" | "guide" | "colours" | "env">,
  steps: readonly NextStep[],
): void {
  if (!io.guide) return;
  // As it was called: installed in a folder only npx finds it.
  const program = io.env["npm_command"] === "exec" ? ["npx", "shadowdiff"] : ["shadowdiff"];
  steps.forEach(([why, words], index) => {
    const lead = `${index === 0 ? "Next" : "Or"}, ${why}:`;
    io.stderr.write(`${paint(io.colours.stderr, "dim", lead)}\n`);
    io.stderr.write(`${commandLines([...program, ...words].map(shellWord).join(" "), "  ")}\n`);
  });
}

/** A word as a POSIX shell takes it. Words in capitals are places to fill in, and stay. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./~…-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words that send a recording to two nodes; the URLs are the user's. */
export function replayWords(recording: string): string[] {
  const name = path.basename(recording, ".sqlite");
  const sides = ["--old", "OLD_URL", "--candidate", "CANDIDATE_URL"];
  return ["replay", recording, ...sides, "--out", `reports/${name}`];
}
