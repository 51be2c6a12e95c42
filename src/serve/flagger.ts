import type { VerdictKind } from "../model/judged.ts";

/** Flagger's hooks that ask a question. */
export type FlaggerHook = "confirm" | "rollback";

/**
 * Flagger takes 200 to 202 as yes and anything above as no (204 too), and keeps the body of a 403 for its event, where it
 * loses that of a 5xx. `rollback` asks the other way round: yes takes the candidate away, so that only a fail may say it.
 */
export function flaggerStatus(hook: FlaggerHook, verdict: VerdictKind): 200 | 403 {
  const yes = hook === "rollback" ? verdict === "fail" : verdict === "pass";
  return yes ? 200 : 403;
}
