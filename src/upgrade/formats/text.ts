import type { Step } from "../steps/steps.ts";

const MARKS: Readonly<Record<Step["state"], string>> = {
  done: "[x]",
  waived: "[-]",
  blocked: "[!]",
  open: "[ ]",
};

const WIDTH = 80;

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
        ...wrapped(`${step.state}: ${step.why}${signed}${when}`, 8),
      ];
    }),
    "",
    ...(next === undefined ? [] : ["Next:", fold(next.next ?? ""), ""]),
  ].join("\n");
}

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((own) => " ".repeat(indent) + own);
}
