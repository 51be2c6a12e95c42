import { ruleOf } from "../../classify/rules/index.ts";
import type { Finding } from "../../model/judged.ts";
import { adviceFromRules, forSubject } from "../../notice/compose/advice.ts";
import type { Advice } from "./view.ts";

/** What the rule of a finding's kind says, with this finding's own codes and names, as its notice says it. */
export function adviceOf({ kind, method, path, samples }: Finding): Advice | null {
  const rule = ruleOf(kind);
  if (rule === undefined) return null;
  const [sample] = samples;
  const values = sample === undefined ? null : { old: sample.old, candidate: sample.candidate };
  const advice = forSubject(adviceFromRules({ kind, method, path }), {
    kind,
    method,
    path,
    values,
  });
  return advice === null ? null : { why: rule.why, ...advice };
}
