import type { VerdictKind } from "../model/judged.ts";

/** How a verdict becomes an answer to HAProxy's agent-check. */
export interface AgentPolicy {
  /** `down` closes sessions where the server has `on-marked-down shutdown-sessions`; `drain` lets them end. */
  readonly onFail: "down" | "drain";
  /** `hold` keeps what was last decided: inconclusive takes no node out, and puts none back either. */
  readonly onInconclusive: "hold" | "drain";
  /** Percent of the server's configured weight that pass sets, or null to leave it. */
  readonly weight: number | null;
}

/**
 * One line as HAProxy reads it. An agent undoes only what it did, so pass says both `up` and `ready`.
 * @param last what was last said of a pass or a fail; null when nothing was decided yet
 */
export function agentLine(
  verdict: VerdictKind,
  code: string,
  last: string | null,
  policy: AgentPolicy,
): string {
  if (verdict === "pass") return `up ready${policy.weight === null ? "" : ` ${policy.weight}%`}`;
  if (verdict === "fail") return policy.onFail === "drain" ? "drain" : `down #shadowdiff:${code}`;
  return policy.onInconclusive === "drain" ? "drain" : (last ?? "up");
}
