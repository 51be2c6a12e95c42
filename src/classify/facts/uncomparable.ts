import type { Outcome, Pair, UncomparableReason } from "../../model/pair.ts";
import type { Answer } from "./answer.ts";
import type { ChainName } from "../../model/exchange.ts";
import { excuseOf } from "../../protocol/phrases.ts";

/** Invalid request, unknown method, invalid parameters: the request is refused as such, whatever state there is. */
const MISREAD_REQUEST: ReadonlySet<unknown> = new Set([-32600, -32601, -32602]);

const FAILURES = ["unreachable", "timeout"] as const;

/** No connection came about: the node is down or starts anew, which says nothing of the call that was to be asked. */
const NOT_THERE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** Why a pair proves nothing, as far as its outcomes alone say. Null when it can be compared. */
export function transportReason({ old, candidate }: Pair): UncomparableReason | null {
  for (const failure of FAILURES) {
    if (old.kind !== failure) continue;
    return candidate.kind === "unreachable" || candidate.kind === "timeout"
      ? `both-${failure}`
      : `old-${failure}`;
  }
  if (old.kind === "malformed") return "old-malformed";
  if (candidate.kind === "unreachable" && NOT_THERE.has(candidate.detail ?? ""))
    return "candidate-gone";
  if (isThrottled(old) || isThrottled(candidate)) return "rate-limited";
  return null;
}

function isThrottled(outcome: Outcome): boolean {
  return outcome.status === 429;
}

/** The same, from what the answers say: limits on requests, syncing, lag, state that is gone since it was recorded. */
export function answerReason(
  chain: ChainName,
  old: Answer,
  candidate: Answer,
  recorded: Answer | null,
): UncomparableReason | null {
  if (old.class === "malformed") return "old-malformed";
  const excuses = [old, candidate].map(({ error }) => (error ? excuseOf(chain, error) : null));
  for (const reason of MOMENTARY) if (excuses.includes(reason)) return reason;
  if (old.class === "error" && excuses[0] === "state-lost") return "state-lost";
  const bothFail = old.class === "error" && candidate.class === "error";
  const refused = old.error !== null && MISREAD_REQUEST.has(old.error.code);
  const wasAnswered = recorded?.class === "result" || recorded?.class === "null";
  if (bothFail && wasAnswered && !refused) return "state-lost";
  return null;
}

/** Whichever side says so: another moment gives another answer. */
const MOMENTARY = ["rate-limited", "syncing", "node-behind"] as const;
