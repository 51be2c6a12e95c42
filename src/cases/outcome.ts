import { z } from "zod";
import type { RecordingHeader } from "../model/recording.ts";
import type { CaseFacts, RunFacts } from "../model/run.ts";
import { matchesMethod } from "../model/glob.ts";
import { fitOf } from "../classify/knowledge/known-changes.ts";
import { casePlan, type CasePlan } from "./plan.ts";

/** The cases that recordings were made for; none for a recording of traffic. */
export function casePlansOf(headers: readonly Pick<RecordingHeader, "options">[]): CasePlan[] {
  const plans = headers.flatMap(({ options }) => {
    const parsed = z.array(casePlan).safeParse(options["cases"]);
    return parsed.success ? parsed.data : [];
  });
  return [...new Map(plans.map((plan) => [plan.name, plan])).values()];
}

/** What a run showed of each case: a pure function of its facts, so that a resumed run says the same. */
export function caseFacts(
  plans: readonly CasePlan[],
  facts: Pick<RunFacts, "groups" | "methods">,
): CaseFacts[] {
  return plans.map((plan) => {
    const { name, title, source } = plan;
    return { name, title, source, ...outcomeOf(plan, facts) };
  });
}

type Shown = Pick<CaseFacts, "outcome" | "reason">;

function outcomeOf(plan: CasePlan, facts: Pick<RunFacts, "groups" | "methods">): Shown {
  if (plan.waiver !== null) return { outcome: "waived", reason: plan.waiver };
  if (plan.open) return { outcome: "open", reason: "no case covers it" };
  const shown = facts.groups.find((group) => fitOf(plan, group) > 0);
  if (shown)
    return {
      outcome: "confirmed",
      reason: `${shown.kind} at ${shown.path || "the response"} in ${shown.calls} calls of ${shown.method}`,
    };
  if (plan.untestable !== null) return { outcome: "not-testable", reason: plan.untestable };
  const compared = facts.methods
    .filter(({ method }) => plan.methods.some((glob) => matchesMethod(glob, method)))
    .reduce((sum, { compared }) => sum + compared, 0);
  return compared > 0
    ? { outcome: "not-seen", reason: `${compared} calls compared, no such difference` }
    : { outcome: "not-testable", reason: `no call of ${plan.methods.join(", ")} was compared` };
}
