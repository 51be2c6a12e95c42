import path from "node:path";
import type { DraftResult } from "../notice/draft.ts";

const STANDINGS = {
  affected: "affected by a breaking change",
  check: "should check",
  informed: "no action expected",
  "not-seen": "no difference seen in their calls",
  unknown: "none of their calls compared",
} as const;

/** What `notice draft` prints. */
export function draftReport(result: DraftResult, cwd: string): string {
  const { summary, standings } = result;
  const strangers = summary.withoutAccount;
  return [
    `${result.drafted} drafted, ${result.unchanged} unchanged, ${result.withdrawn} withdrawn.`,
    ...Object.entries(STANDINGS).flatMap(([standing, words]) =>
      standings[standing] === undefined ? [] : [`  ${standings[standing]} ${words}`],
    ),
    ...list(
      "In the traffic, but not in the customers file",
      strangers.map(
        ({ token, calls, affected }) =>
          `${token}: ${calls} calls${affected ? ", affected by a breaking change" : ""}`,
      ),
    ),
    ...list("In the customers file, but not in the traffic", summary.withoutTraffic),
    ...list("Settle before sending", summary.beforeSending),
    `Read them: ${path.relative(cwd, result.preview) || result.preview}`,
    "Then: shadowdiff notice approve",
    "",
  ].join("\n");
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > 10 ? [`  … and ${lines.length - 10} more`] : [];
  return [`${title}:`, ...lines.slice(0, 10).map((line) => `  ${line}`), ...more];
}
