import { clopperPearson } from "../statistics/clopper-pearson.ts";

/** What was kept of one window and method, and how much of it belongs to what is being counted. */
export interface StratumSample {
  /** Exchanges that the sampled ones stand for. */
  readonly population: number;
  /** Sampled ones that were kept, of all. */
  readonly kept: number;
  /** Of them, those that are counted. */
  readonly hits: number;
  /** Sum of their weights, and of weight × (weight − 1). */
  readonly weight: number;
  readonly spread: number;
  /** Counted ones that were kept for being first of their kind: known exactly. */
  readonly certain: number;
}

/** A count of all traffic: its estimate and 95 % interval. */
export interface CountEstimate {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * How often something occurred in all of the traffic. Clopper and Pearson's interval at the effective sample size: the sample
 * that, drawn at random, would be as uncertain. Exact where everything was kept.
 */
export function extrapolate(strata: readonly StratumSample[]): CountEstimate {
  let certain = 0;
  let population = 0;
  let kept = 0;
  let hits = 0;
  let estimate = 0;
  let variance = 0;
  for (const stratum of strata) {
    certain += stratum.certain;
    if (stratum.kept >= stratum.population) {
      certain += stratum.hits;
      continue;
    }
    population += stratum.population;
    kept += stratum.kept;
    hits += stratum.hits;
    estimate += stratum.weight;
    const share = stratum.population === 0 ? 0 : stratum.weight / stratum.population;
    variance += stratum.spread * Math.max(0, 1 - share);
  }
  const total = certain + estimate;
  if (population === 0) return { estimate: total, lower: total, upper: total };
  const share = Math.min(1, estimate / population);
  const effective =
    variance > 0
      ? (share * (1 - share) * population * population) / variance
      : kept / Math.max(1e-9, 1 - kept / population);
  const { lower, upper } = clopperPearson(share * effective, effective);
  // What was seen is certain, on both sides.
  return {
    estimate: total,
    lower: certain + Math.max(hits, lower * population),
    upper: certain + Math.min(population - (kept - hits), upper * population),
  };
}
