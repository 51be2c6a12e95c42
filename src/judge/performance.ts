import { fingerprint } from "../classify/fingerprint.ts";
import type { JudgeConfiguration } from "../config/judging.ts";
import type { Kind } from "../model/kinds.ts";
import type { GroupFacts, MethodFacts, RunFacts, Variant } from "../model/run.ts";
import { plural, rate, whole } from "../words.ts";
import { benjaminiHochberg } from "../statistics/false-discovery.ts";
import { mcnemarExact } from "../statistics/mcnemar.ts";
import { signedRank, type SignedRank } from "../statistics/signed-rank.ts";

/** A property of a whole method that got worse, as a group: it belongs to no single call. */
export interface Regression {
  readonly group: GroupFacts;
  /** The numbers behind it. */
  readonly text: string;
}

/** Methods that candidate answers more slowly or with larger answers than the settings allow. */
export function regressionsOf(
  facts: RunFacts,
  configuration: JudgeConfiguration,
): readonly Regression[] {
  return [...latencyRegressions(facts, configuration), ...sizeRegressions(facts, configuration)];
}

interface Timed {
  readonly method: MethodFacts;
  readonly old: number;
  readonly candidate: number;
  readonly percentile: string;
  readonly maxIncrease: number;
  readonly test: SignedRank;
  /** Chance of so many more very long calls of the candidate than of old. */
  readonly tail: number;
}

/** Times old's percentile past which a call took very long: well past what a busy machine does to one side alone. */
const VERY_LONG = 3;

function heavierTail(pairs: readonly (readonly [number, number])[], limit: number): number {
  const candidateOnly = pairs.filter(
    ([old, candidate]) => candidate > limit && old <= limit,
  ).length;
  const oldOnly = pairs.filter(([old, candidate]) => old > limit && candidate <= limit).length;
  return candidateOnly > oldOnly ? mcnemarExact(candidateOnly, oldOnly) : 1;
}

/**
 * A method is slower when its percentile rose by more than is allowed, and one of two paired tests (adjusted over all
 * methods tested) says that this is no chance: the rank test, that its typical call is slower by more than `minSlowdown`,
 * with an effect that is large enough to matter; or McNemar's, that far more of its calls than of old's take very long.
 * Against a slowdown of nothing the rank test would be of no use: on a busy machine the connection that carries the control
 * as well answers a few microseconds sooner in most pairs, of one node against itself too.
 */
function latencyRegressions(
  facts: RunFacts,
  { latency, methods }: JudgeConfiguration,
): Regression[] {
  const timed = facts.methods.flatMap((method): Timed[] => {
    if (method.latency === null || method.latency.pairs.length < latency.minPairs) return [];
    const own = methods[method.method]?.latency;
    const percentile = own?.percentile ?? latency.percentile;
    const maxIncrease = own?.maxIncrease ?? latency.maxIncrease;
    const old = method.latency.old[percentile];
    const candidate = method.latency.candidate[percentile];
    // Who allows less than the default asks for less.
    const slowdown = Math.min(latency.minSlowdown, maxIncrease);
    const differences = method.latency.pairs.map(([before, after]) => after - before * slowdown);
    const typical = signedRank(differences);
    const test = { ...typical, p: typical.effect < latency.minEffect ? 1 : typical.p };
    const tail = heavierTail(method.latency.pairs, VERY_LONG * old);
    return [{ method, old, candidate, percentile, maxIncrease, test, tail }];
  });
  const q = benjaminiHochberg(
    timed.map(({ test, tail }) => Math.min(1, 2 * Math.min(test.p, tail))),
  );
  return timed.flatMap(({ method, old, candidate, percentile, maxIncrease, test }, index) => {
    const chance = q[index] ?? 1;
    const slower = old > 0 && candidate > maxIncrease * old;
    if (!slower || chance > 1 - latency.confidence) return [];
    const text =
      `${percentile} ${ms(old)} → ${ms(candidate)}, ${rate(candidate / old)} times (limit ${rate(maxIncrease)}; ` +
      `paired test q ${rate(chance)}, effect ${rate(test.effect)}, ${plural(test.pairs, "pair")})`;
    const variant = {
      old: `${percentile} ${ms(old)}`,
      candidate: `${percentile} ${ms(candidate)}`,
      calls: method.compared,
    };
    return [{ group: groupFor("latency-regression", method, "/latency", variant, facts), text }];
  });
}

function sizeRegressions(facts: RunFacts, { size, latency }: JudgeConfiguration): Regression[] {
  return facts.methods.flatMap((method) => {
    const { old, candidate } = method.bytes;
    if (method.compared < latency.minPairs || old <= 0 || candidate <= size.maxIncrease * old)
      return [];
    const mean = (bytes: number): string => `${whole(bytes / method.compared)} bytes`;
    const text = `${mean(old)} → ${mean(candidate)} a call, ${rate(candidate / old)} times (limit ${rate(size.maxIncrease)})`;
    const variant = { old: mean(old), candidate: mean(candidate), calls: method.compared };
    return [{ group: groupFor("size-regression", method, "/size", variant, facts), text }];
  });
}

function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}

/** Every compared call of the method is a part of it, and everyone who calls the method meets it. */
function groupFor(
  kind: Kind,
  method: MethodFacts,
  path: string,
  variant: Variant,
  facts: RunFacts,
): GroupFacts {
  const { compared, comparedWeight, weightSquares, calls } = method;
  return {
    fingerprint: fingerprint(kind, method.method, path),
    kind,
    method: method.method,
    path,
    calls: compared,
    weight: comparedWeight,
    weightSquares: calls === 0 ? 0 : (weightSquares * compared) / calls,
    confidence: { confirmed: 0, probable: compared, flaky: 0 },
    causedBy: null,
    customers: facts.customers.flatMap((customer) => {
      const own = customer.methods.find((row) => row.method === method.method);
      if (own === undefined) return [];
      const weight =
        customer.calls === 0 ? own.calls : (customer.weight * own.calls) / customer.calls;
      const squares =
        customer.calls === 0 ? own.calls : (customer.weightSquares * own.calls) / customer.calls;
      return [
        {
          id: customer.id,
          calls: own.calls,
          weight,
          weightSquares: squares,
          lastSeen: customer.lastSeen,
        },
      ];
    }),
    clients: [],
    places: [{ path, count: compared }],
    variants: [variant],
    targets: {
      seen: facts.header.candidate.map((_, index) => index),
      of: facts.header.candidate.length,
    },
  };
}
