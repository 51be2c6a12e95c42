import { folded } from "../../words.ts";
import type { Step } from "../steps/steps.ts";

const MARKS: Readonly<Record<Step["state"], string>> = {
  done: "[x]",
  waived: "[-]",
  blocked: "[!]",
  open: "[ ]",
};

/**
 * The checklist for a terminal: a line a step, what shows it below, and the next command where something is left to do.
 * @param fold the command in lines that fit
 */
export function statusText(
  title: string,
  steps: readonly Step[],
  fold: (command: string) => string,
): string {
  const settled = steps.filter(({ state }) => state === "done" || state === "waived").length;
  const next = steps.find(({ state, next: command }) => state === "open" && command !== null);
  return [
    `${title}: ${settled} of ${steps.length} steps done`,
    "",
    ...steps.flatMap((step) => {
      const signed = step.by === null ? "" : ` (${step.by})`;
      const when = step.at === null ? "" : `, ${step.at.slice(0, 16).replace("T", " ")}Z`;
      return [
        `${MARKS[step.state]} ${String(step.number).padStart(2)}  ${step.title}`,
        ...folded(`${step.state}: ${step.why}${signed}${when}`, " ".repeat(8)),
      ];
    }),
    "",
    ...(next === undefined ? [] : ["Next:", fold(next.next ?? ""), ""]),
  ].join("\n");
}
