import { lapsed, type Accepted, type SeenAtAcceptance } from "../config/accepted.ts";
import { patternOf } from "../diff/path.ts";
import type { Status } from "../model/judged.ts";
import type { GroupFacts } from "../model/run.ts";
import { rate, whole } from "../words.ts";
import { newcombe, wilson } from "../statistics/proportion.ts";

interface Standing {
  readonly status: Status;
  /** In words, for the notes; null for new and accepted ones. */
  readonly why: string | null;
}

/** What the accepted file says of a group: whether it is in it, still holds, and covers what is seen now. */
export function standingOf(
  group: GroupFacts,
  comparedCalls: number,
  entry: Accepted | undefined,
  now: Date,
): Standing {
  if (entry === undefined) return { status: "new", why: null };
  const end = lapsed(entry, now);
  if (end !== null) return { status: "expired", why: `its acceptance by ${entry.owner} ${end}` };
  const growth =
    entry.seen === undefined ? null : growthOf(entry.seen, seenNow(group, comparedCalls));
  return growth === null ? { status: "accepted", why: null } : { status: "grown", why: growth };
}

/** What is stored of a finding when it is accepted. */
export function seenNow(group: GroupFacts, comparedCalls: number): SeenAtAcceptance {
  return {
    rate: comparedCalls === 0 ? 0 : Math.min(1, group.calls / comparedCalls),
    calls: group.calls,
    comparedCalls,
    paths: [...new Set(group.places.map(({ path }) => patternOf(path)))].sort(),
    customers: group.customers.length,
  };
}

/** How a finding outgrew what was accepted, or null. A rate counts as higher only beyond what chance explains. */
export function growthOf(before: SeenAtAcceptance, now: SeenAtAcceptance): string | null {
  const fresh = now.paths.filter((path) => !before.paths.includes(path));
  if (fresh.length > 0) return `seen at a path that was not accepted: ${fresh.join(", ")}`;
  if (now.customers > before.customers) {
    return `${whole(now.customers)} customers, accepted with ${whole(before.customers)}`;
  }
  return risen(before, now)
    ? `its rate is ${rate(now.rate)}, accepted at ${rate(before.rate)}`
    : null;
}

/** Whether the rate is higher than it was, with 95 % confidence. */
export function risen(
  before: Pick<SeenAtAcceptance, "rate" | "calls" | "comparedCalls">,
  now: Pick<SeenAtAcceptance, "rate" | "calls" | "comparedCalls">,
): boolean {
  if (now.comparedCalls === 0) return false;
  const after = { hits: Math.min(now.calls, now.comparedCalls), total: now.comparedCalls };
  // A file written by hand may give a rate only.
  if (before.comparedCalls === 0) return wilson(after.hits, after.total).lower > before.rate;
  return (
    newcombe(
      { hits: Math.min(before.calls, before.comparedCalls), total: before.comparedCalls },
      after,
    ).lower > 0
  );
}
