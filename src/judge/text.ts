import type { JudgedRun } from "../model/judged.ts";

const WIDTH = "inconclusive".length + 2;

/** The verdict for people: one line, then each reason and note on its own. */
export function verdictText({ facts, verdict, gone }: JudgedRun): string {
  const { id } = facts.header;
  return [
    `Verdict: ${verdict.verdict} (${id})`,
    ...verdict.reasons.map((reason) => `  ${reason.verdict.padEnd(WIDTH)}${reason.text}`),
    ...(gone ?? []).map(
      ({ kind, method, path, reason }) =>
        `  ${"gone".padEnd(WIDTH)}${kind} ${method} ${path}: ${reason}`,
    ),
    ...verdict.notes.map((note) => `  ${"note".padEnd(WIDTH)}${note}`),
    "",
  ].join("\n");
}
