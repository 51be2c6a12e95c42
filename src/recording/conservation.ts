import { whole } from "../words.ts";
import type { RecordingFacts } from "../model/run.ts";

/** `seen 1,000 = stored 990 + dropped 10 (queue-full 6, redactor-error 4)`. */
export function conservationLine(facts: RecordingFacts): string {
  const reasons = Object.entries(facts.dropped).sort(([, a], [, b]) => b - a);
  const dropped = reasons.reduce((sum, [, count]) => sum + count, 0);
  const why = reasons.map(([reason, count]) => `${reason} ${whole(count)}`).join(", ");
  const sign = facts.seen === facts.stored + dropped ? "=" : "≠";
  return `seen ${whole(facts.seen)} ${sign} stored ${whole(facts.stored)} + dropped ${whole(dropped)}${why === "" ? "" : ` (${why})`}`;
}
