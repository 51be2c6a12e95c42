import type { RunFacts } from "../model/run.ts";
import { whole } from "../words.ts";

/** A replayed run in a few lines: what was compared, what was not and why, what it cost the nodes. */
export function summaryOf({ counts, notCompared, sends }: RunFacts): string {
  const lines = [
    `Compared ${whole(counts.compared)} of ${whole(counts.calls)} calls: ${whole(counts.same)} same, ${whole(counts.different)} different.`,
  ];
  const reasons = new Map<string, number>();
  for (const { state, reason, calls } of notCompared) {
    const key = `${state}: ${reason}`;
    reasons.set(key, (reasons.get(key) ?? 0) + calls);
  }
  for (const [reason, calls] of [...reasons].sort((a, b) => b[1] - a[1])) {
    lines.push(`  ${whole(calls)} ${reason}`);
  }
  if (counts.calls > 0) {
    const each = (sends / counts.calls).toFixed(1);
    lines.push(`Sent ${whole(sends)} requests, ${each} a call.`);
  }
  return `${lines.join("\n")}\n`;
}
