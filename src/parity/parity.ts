import type { Finding, JudgedRun } from "../model/judged.ts";
import type { CustomerFacts, MethodFacts, RunFacts, Signature } from "../model/run.ts";
import { FATES, fateOf, type Fate } from "./fate.ts";

/** What can become of a call that is sent to the other client. */
export type Outcome = "same" | Fate | "untested";

/** Shares of traffic, weighted by sampling; they add up to 1 where there is any. */
export type Shares = Readonly<Record<Outcome, number>>;

export interface ParityMethod {
  readonly method: string;
  readonly calls: number;
  /** Of all traffic. */
  readonly share: number;
  /** The worst that was seen. */
  readonly outcome: Outcome;
  /** Of this method's traffic. */
  readonly shares: Shares;
  readonly differences: readonly ParityDifference[];
}

export interface ParityDifference {
  readonly fingerprint: string;
  readonly title: string;
  readonly kind: string;
  readonly path: string;
  readonly fate: Fate;
  readonly calls: number;
  /** What is known of it: between these clients, upstream, by the specification; null where nothing is. */
  readonly known: string | null;
}

export interface ParityCustomer {
  readonly id: string;
  readonly name: string | null;
  readonly calls: number;
  /** `must-not` where a call of theirs breaks or is absent. */
  readonly answer: "can" | "must-not" | "unsure" | "untested";
  /** Of this customer's traffic. */
  readonly shares: Shares;
  /** Methods that break for them, most used first. */
  readonly methods: readonly string[];
}

/** Whether traffic can fail over to another client, schema version 1. */
export interface Parity {
  readonly schemaVersion: 1;
  readonly run: { readonly id: string; readonly createdAt: string; readonly complete: boolean };
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly network: string;
  readonly calls: number;
  readonly compared: number;
  readonly shares: Shares;
  /** Share of all traffic that would be answered the same or harmlessly otherwise. */
  readonly canFailOver: number;
  /** Worst first, then by share. */
  readonly methods: readonly ParityMethod[];
  readonly customers: readonly ParityCustomer[];
  readonly specification: string | null;
  /** Methods that are much slower there. */
  readonly slower: readonly string[];
}

const NONE: Shares = { same: 0, harmless: 0, unsure: 0, breaks: 0, absent: 0, untested: 0 };
const WORST: readonly Outcome[] = [...FATES, "untested", "same"];

/**
 * A run between two clients read as a question of fail-over: by method, share of traffic and customer. Calls are counted by
 * their worst difference; what was not compared shows nothing and is never counted as the same. Pure.
 * @param names customer pseudonym → name
 */
export function parityOf(
  { facts, findings }: JudgedRun,
  names: ReadonlyMap<string, string> = new Map(),
): Parity {
  const fates = new Map(
    findings.flatMap((finding) => {
      const fate = fateOf(finding);
      return fate === null ? [] : [[finding.fingerprint, { finding, ...fate }] as const];
    }),
  );
  const outcomeOf = ({ fingerprints }: Signature): Outcome =>
    worst(fingerprints.flatMap((fingerprint) => fates.get(fingerprint)?.fate ?? []));
  const counted = facts.signatures.map((signature) => ({
    ...signature,
    outcome: outcomeOf(signature),
  }));
  const byMethod = Map.groupBy(counted, ({ method }) => method);
  const total = facts.methods.reduce((sum, { weight }) => sum + weight, 0);
  const found = Map.groupBy(fates.values(), ({ finding }) => finding.method);
  const methods = facts.methods
    .filter(({ calls }) => calls > 0)
    .map((method): ParityMethod => {
      const own = found.get(method.method) ?? [];
      const shares = sharesOf(method, byMethod.get(method.method) ?? []);
      return {
        method: method.method,
        calls: method.calls,
        share: total === 0 ? 0 : method.weight / total,
        outcome: WORST.find((outcome) => shares[outcome] > 0) ?? "untested",
        shares,
        differences: own
          .map((one) => differenceOf(one.finding, one.fate, one.why))
          .toSorted((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate) || b.calls - a.calls),
      };
    })
    .toSorted((a, b) => WORST.indexOf(a.outcome) - WORST.indexOf(b.outcome) || b.share - a.share);
  const shares = addUp(methods);
  return {
    schemaVersion: 1,
    ...headOf(facts),
    calls: facts.counts.calls,
    compared: facts.counts.compared,
    shares,
    canFailOver: shares.same + shares.harmless,
    methods,
    customers: customersOf(facts, counted, names),
    specification:
      findings.find(({ conformance }) => conformance)?.conformance?.specification ?? null,
    slower: findings
      .filter(({ kind }) => kind === "latency-regression")
      .map(({ method }) => method),
  };
}

type Counted = Signature & { readonly outcome: Outcome };

function worst(fates: readonly Fate[]): Outcome {
  return FATES.find((fate) => fates.includes(fate)) ?? "same";
}

/** Of one method's traffic: what differs by its signatures, what was compared beside them, what was not. */
function sharesOf(
  { weight, comparedWeight }: Pick<MethodFacts, "weight" | "comparedWeight">,
  counted: readonly Counted[],
): Shares {
  if (weight === 0) return { ...NONE, untested: 1 };
  const shares: Record<Outcome, number> = { ...NONE };
  for (const { outcome, weight: own } of counted) shares[outcome] += own / weight;
  const different = Object.values(shares).reduce((sum, share) => sum + share, 0);
  const compared = Math.min(1, comparedWeight / weight);
  shares.same += Math.max(0, compared - different);
  shares.untested = Math.max(0, 1 - Math.max(compared, different));
  return shares;
}

function addUp(methods: readonly ParityMethod[]): Shares {
  const sum: Record<Outcome, number> = { ...NONE };
  for (const { share, shares } of methods)
    for (const [outcome, own] of Object.entries(shares) as [Outcome, number][])
      sum[outcome] += own * share;
  return sum;
}

/** A customer by name is one, whatever number of keys they have. */
function customersOf(
  facts: RunFacts,
  counted: readonly Counted[],
  names: ReadonlyMap<string, string>,
): ParityCustomer[] {
  const labelOf = (id: string | null): string => names.get(id ?? "") ?? id ?? "";
  const own = Map.groupBy(counted, ({ customer }) => labelOf(customer));
  return [...Map.groupBy(facts.customers, ({ id }) => labelOf(id))]
    .map(([label, rows]) => customerOf(rows, own.get(label) ?? [], names))
    .toSorted((a, b) => broken(b) - broken(a) || b.calls - a.calls || (a.id < b.id ? -1 : 1));
}

function broken({ shares }: ParityCustomer): number {
  return shares.breaks + shares.absent;
}

function customerOf(
  rows: readonly CustomerFacts[],
  counted: readonly Counted[],
  names: ReadonlyMap<string, string>,
): ParityCustomer {
  const sum = (of: (row: CustomerFacts) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const [calls, compared] = [sum((row) => row.calls), sum((row) => row.compared)];
  // A customer's calls are kept with their weight, the compared ones as a number.
  const comparedWeight = sum((row) =>
    row.calls === 0 ? 0 : (row.weight * row.compared) / row.calls,
  );
  const shares = sharesOf({ weight: sum(({ weight }) => weight), comparedWeight }, counted);
  const { id } = rows[0] as CustomerFacts;
  const breaking = counted.filter(({ outcome }) => outcome === "breaks" || outcome === "absent");
  const byMethod = Map.groupBy(breaking, ({ method }) => method);
  const weightOf = (rows: readonly Counted[]): number =>
    rows.reduce((sum, row) => sum + row.weight, 0);
  return {
    id,
    name: names.get(id) ?? null,
    calls,
    answer:
      breaking.length > 0
        ? "must-not"
        : compared === 0
          ? "untested"
          : shares.unsure > 0
            ? "unsure"
            : "can",
    shares,
    methods: [...byMethod]
      .toSorted(([, a], [, b]) => weightOf(b) - weightOf(a))
      .map(([method]) => method),
  };
}

function differenceOf(finding: Finding, fate: Fate, why: string | null): ParityDifference {
  const { fingerprint, title, kind, path, calls, knownChange, conformance } = finding;
  const upstream =
    knownChange === null
      ? null
      : `${knownChange.client} ${knownChange.version}: ${knownChange.summary} (${knownChange.source})`;
  const spoken = conformance?.standing === "no-schema" ? null : (conformance?.reason ?? null);
  return { fingerprint, title, kind, path, fate, calls, known: why ?? upstream ?? spoken };
}

const UNNAMED = { old: "the old side", candidate: "the other client" } as const;

function headOf({ header, complete }: RunFacts): Pick<Parity, "run" | "from" | "to" | "network"> {
  const versions = (side: "old" | "candidate"): string[] => [
    // Pairs that were collected elsewhere need not say what answered.
    ...new Set(header[side].map(({ clientVersion }) => clientVersion ?? UNNAMED[side])),
  ];
  return {
    run: { id: header.id, createdAt: header.createdAt, complete },
    from: versions("old"),
    to: versions("candidate"),
    network: header.network.chainId,
  };
}
