import type { GroupFacts, RunFacts, Seen, TargetFacts } from "../../model/run.ts";
import { addWeighted, mergeBy } from "./rows.ts";

/** Findings of all runs, joined by fingerprint. */
export function mergeGroups(
  runs: readonly RunFacts[],
  candidates: readonly TargetFacts[],
): GroupFacts[] {
  const groups = runs.flatMap((run) =>
    run.groups.map((group) => renumbered(group, run, candidates)),
  );
  return mergeBy(groups, ({ fingerprint }) => [fingerprint], addGroups);
}

/** Targets are numbered within their run; in the whole they have the numbers of the joined list. */
function renumbered(
  group: GroupFacts,
  run: RunFacts,
  candidates: readonly TargetFacts[],
): GroupFacts {
  const seen = group.targets.seen.flatMap((index) => {
    const target = run.header.candidate[index];
    const place = candidates.findIndex(
      ({ url, clientVersion }) => url === target?.url && clientVersion === target.clientVersion,
    );
    return place < 0 ? [] : [place];
  });
  return { ...group, targets: { seen, of: candidates.length } };
}

function addGroups(a: GroupFacts, b: GroupFacts): GroupFacts {
  return {
    ...a,
    ...addWeighted(a, b),
    confidence: {
      confirmed: a.confidence.confirmed + b.confidence.confirmed,
      probable: a.confidence.probable + b.confidence.probable,
      flaky: a.confidence.flaky + b.confidence.flaky,
    },
    // It explains this one in every call only if it does so in every run.
    causedBy: a.causedBy === b.causedBy ? a.causedBy : null,
    customers: mergeBy(
      [...a.customers, ...b.customers],
      ({ id }) => [id],
      (one, two) => ({
        ...one,
        ...addWeighted(one, two),
        lastSeen: Math.max(one.lastSeen ?? 0, two.lastSeen ?? 0) || null,
      }),
    ),
    clients: mergeBy(
      [...a.clients, ...b.clients],
      ({ name, version }) => [name, version],
      (one, two) => ({
        ...one,
        calls: one.calls + two.calls,
        customers: [...new Set([...one.customers, ...two.customers])],
      }),
    ),
    places: mergeBy(
      [...a.places, ...b.places],
      ({ path }) => [path],
      (one, two) => ({ ...one, count: one.count + two.count }),
    ),
    variants: mergeBy(
      [...a.variants, ...b.variants],
      ({ old, candidate }) => [old, candidate],
      (one, two) => ({ ...one, calls: one.calls + two.calls }),
    ),
    targets: {
      seen: [...new Set([...a.targets.seen, ...b.targets.seen])].sort((one, two) => one - two),
      of: a.targets.of,
    },
    ...bothSeen(a.seen, b.seen),
  };
}

/** The trend is that of the run in which it came last. */
function bothSeen(a: Seen | undefined, b: Seen | undefined): { seen?: Seen } {
  const times = [a, b].filter((one) => one !== undefined);
  const [earlier, later = earlier] = times.sort((one, two) => one.lastAt - two.lastAt);
  if (earlier === undefined || later === undefined) return {};
  return { seen: { ...later, firstAt: Math.min(earlier.firstAt, later.firstAt) } };
}
