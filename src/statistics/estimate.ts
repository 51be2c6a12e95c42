import jStat from "jstat";
import type { Weighted } from "../model/run.ts";

/** An interval for a count in all traffic, from a sample. Whole calls. */
export interface Estimate {
  readonly calls: number;
  readonly low: number;
  readonly high: number;
  /** True when every call was recorded: then there is nothing to estimate. */
  readonly exact: boolean;
}

/**
 * How many calls of this sort all the traffic had, from a sample in which call i stood for w_i calls.
 *
 * The estimate is Σw. Its variance under sampling with probability 1/w is Σw² - Σw: nothing when everything was recorded.
 * The interval is the gamma one of Fay and Feuer (Statistics in Medicine 16, 1997), which keeps its 95 % for a handful of
 * calls where a normal interval does not; the upper bound counts one more call of the mean weight. Never below what was seen.
 */
export function estimate(seen: Weighted): Estimate {
  const { calls, weight, weightSquares } = seen;
  const variance = weightSquares - weight;
  if (calls === 0 || weight <= 0 || variance <= weight * 1e-9) {
    return {
      calls: Math.round(weight),
      low: Math.round(weight),
      high: Math.round(weight),
      exact: true,
    };
  }
  const one = weightSquares / weight;
  const low = gammaQuantile(0.025, weight, variance);
  const high = gammaQuantile(0.975, weight + one, variance + one * (one - 1));
  return {
    calls: Math.round(weight),
    low: Math.max(calls, Math.floor(low)),
    high: Math.max(calls, Math.ceil(high)),
    exact: false,
  };
}

/** Quantile of the gamma distribution with this mean and variance. */
function gammaQuantile(probability: number, mean: number, variance: number): number {
  // A chi-square variable is a gamma one of shape k/2 and scale 2.
  const scale = variance / mean;
  return (jStat.chisquare.inv(probability, (2 * mean) / scale) * scale) / 2;
}
