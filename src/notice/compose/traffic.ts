import type { Finding, JudgedRun } from "../../model/judged.ts";
import type { CustomerFacts, GroupFacts, Sample, Signature, Weighted } from "../../model/run.ts";

/** One pseudonym's share of one finding. */
export interface Share {
  readonly run: JudgedRun;
  readonly finding: Finding;
  readonly seen: GroupFacts["customers"][number];
  readonly samples: readonly Sample[];
  readonly clients: readonly string[];
}

/** The runs of one upgrade, indexed by pseudonym so that a thousand customers cost one pass. */
export interface Traffic {
  readonly runs: readonly JudgedRun[];
  readonly shares: ReadonlyMap<string, readonly Share[]>;
  readonly customers: ReadonlyMap<string, readonly CustomerFacts[]>;
  readonly signatures: ReadonlyMap<string | null, readonly Signature[]>;
  /** All findings, one a fingerprint, the newest run's first. */
  readonly findings: readonly Finding[];
}

/**
 * Puts the runs of one upgrade together. A recording that was replayed twice counts once, in its newest run, because its
 * calls are the same calls.
 */
export function gatherTraffic(all: readonly JudgedRun[]): Traffic {
  const runs = withoutRepeats(all);
  const shares = new Map<string, Share[]>();
  const findings = new Map<string, Finding>();
  for (const run of runs) {
    for (const finding of run.findings) {
      if (!findings.has(finding.fingerprint)) findings.set(finding.fingerprint, finding);
      const samples = Map.groupBy(finding.samples, ({ customer }) => customer);
      const clients = clientsByCustomer(finding.facts);
      for (const seen of finding.facts.customers) {
        const list = shares.get(seen.id) ?? [];
        list.push({
          run,
          finding,
          seen,
          samples: samples.get(seen.id) ?? [],
          clients: clients.get(seen.id) ?? [],
        });
        shares.set(seen.id, list);
      }
    }
  }
  return {
    runs,
    shares,
    customers: Map.groupBy(
      runs.flatMap(({ facts }) => facts.customers),
      ({ id }) => id,
    ),
    signatures: Map.groupBy(
      runs.flatMap(({ facts }) => facts.signatures),
      ({ customer }) => customer,
    ),
    findings: [...findings.values()],
  };
}

function withoutRepeats(all: readonly JudgedRun[]): JudgedRun[] {
  const newestFirst = [...all].sort((a, b) =>
    b.facts.header.createdAt.localeCompare(a.facts.header.createdAt),
  );
  const taken = new Set<string>();
  return newestFirst.filter(({ facts }) => {
    const names = facts.header.recordings.map(
      ({ name, firstAt, lastAt }) => `${name} ${firstAt} ${lastAt}`,
    );
    if (names.some((name) => taken.has(name))) return false;
    for (const name of names) taken.add(name);
    return true;
  });
}

function clientsByCustomer(facts: GroupFacts): Map<string, string[]> {
  const clients = new Map<string, string[]>();
  for (const { name, version, customers } of facts.clients) {
    for (const customer of customers) {
      const list = clients.get(customer) ?? [];
      list.push(`${name} ${version}`.trim());
      clients.set(customer, list);
    }
  }
  return clients;
}

/** Sums of counts and weights. */
export function addUp(parts: readonly Weighted[]): Weighted {
  const sum = { calls: 0, weight: 0, weightSquares: 0 };
  for (const part of parts) {
    sum.calls += part.calls;
    sum.weight += part.weight;
    sum.weightSquares += part.weightSquares;
  }
  return sum;
}

/** Unix ms as RFC 3339 in UTC to the second; null stays null. */
export function utc(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** The latest of several moments, or null. */
export function latest(times: readonly (number | null)[]): number | null {
  return times.reduce(
    (best, at) => (at !== null && (best === null || at > best) ? at : best),
    null,
  );
}
