import type { UpgradeFacts } from "./facts.ts";
import { STEP_RULES, type Shown } from "./rules.ts";

/** A step of the playbook as the evidence has it. */
export interface Step {
  readonly number: number;
  readonly title: string;
  readonly state: "done" | "open" | "blocked" | "waived";
  /** What shows it, or why it is not done. */
  readonly why: string;
  /** RFC 3339: of the evidence; null where there is none. */
  readonly at: string | null;
  readonly file: string | null;
  /** Who signed, where a person did. */
  readonly by: string | null;
  /** The next command, or null where nothing is left to do. */
  readonly next: string | null;
}

/** The playbook's steps 0 to 14, each ticked by evidence or by a name. `folder` is how the upgrade is named in commands. */
export function stepsOf(facts: UpgradeFacts, folder: string, now: Date): Step[] {
  const steps: Step[] = [];
  for (const rule of STEP_RULES) {
    const { number, title } = rule;
    const signature = facts.signatures.findLast((own) => own.step === number);
    const shown = rule.judge(facts, now);
    const next = rule.next(facts, folder);
    if (signature?.state === "waived") {
      const { by, at, reason } = signature;
      steps.push({ number, title, state: "waived", why: reason, at, file: null, by, next: null });
      continue;
    }
    if (signature !== undefined && rule.byPerson) {
      const { by, at, reason } = signature;
      steps.push({ number, title, state: "done", why: reason, at, file: null, by, next: null });
      continue;
    }
    const waitsFor = rule.needs.filter((need) => !isSettled(steps[need]));
    steps.push({ number, title, by: null, ...standing(shown, waitsFor, next) });
  }
  return steps;
}

function isSettled(step: Step | undefined): boolean {
  return step?.state === "done" || step?.state === "waived";
}

function standing(
  shown: Shown,
  waitsFor: readonly number[],
  next: string | null,
): Pick<Step, "state" | "why" | "at" | "file" | "next"> {
  const { at = null, file = null, why } = shown;
  if (shown.state === "done") return { state: "done", why, at, file, next: null };
  if (shown.state === "failed") return { state: "blocked", why, at, file, next };
  if (waitsFor.length === 0) return { state: "open", why, at, file, next };
  const steps = waitsFor.length === 1 ? `step ${waitsFor[0]}` : `steps ${waitsFor.join(", ")}`;
  return { state: "blocked", why: `${why}; waits for ${steps}`, at, file, next };
}
