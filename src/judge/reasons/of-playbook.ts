import type { Reason } from "../../model/judged.ts";
import { inconclusive } from "./of-run.ts";

/** A step of the upgrade's checklist, as the gate needs it. */
export interface PlaybookStep {
  readonly number: number;
  readonly title: string;
  readonly state: "done" | "open" | "blocked" | "waived";
  readonly why: string;
}

/** One reason for each step that is required; no checklist at hand never passes. */
export function checkPlaybook(
  required: readonly number[],
  steps: readonly PlaybookStep[] | null,
): Reason[] {
  const code = "require.playbook";
  return [...new Set(required)].map((number) => {
    const step = steps?.find((own) => own.number === number);
    if (step === undefined)
      return inconclusive(code, `step ${number}: no upgrade was given (--upgrade FOLDER)`);
    const text = `step ${number}, ${step.title.toLowerCase()}: ${step.why}`;
    return step.state === "done" || step.state === "waived"
      ? { code, verdict: "pass", text: `${code} ${text}` }
      : inconclusive(code, text);
  });
}
