import jStat from "jstat";

/** A rate with its two-sided confidence bounds, each between 0 and 1. */
export interface Interval {
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
}

/** The standard normal quantile that leaves (1 − confidence) / 2 on each side. */
function normalQuantile(confidence: number): number {
  return jStat.normal.inv((1 + confidence) / 2, 0, 1);
}

/**
 * Wilson's score interval. It keeps its coverage where hits are few or none, as the normal approximation does not:
 * 0 of 3,000 bounds the rate by 0.13 %.
 * @param hits number of hits; may be a fraction when `total` is an effective sample size
 * @param total number of trials; 0 gives the interval 0 to 1, as nothing is known
 */
export function wilson(hits: number, total: number, confidence = 0.95): Interval {
  if (!(total > 0)) return { rate: Number.NaN, lower: 0, upper: 1 };
  const z = normalQuantile(confidence);
  const rate = hits / total;
  const middle = (rate + (z * z) / (2 * total)) / (1 + (z * z) / total);
  const half =
    (z * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total))) /
    (1 + (z * z) / total);
  return {
    rate,
    lower: hits <= 0 ? 0 : Math.max(0, middle - half),
    upper: hits >= total ? 1 : Math.min(1, middle + half),
  };
}

/**
 * Newcombe's hybrid score interval for the difference of two independent rates, `after` − `before`.
 * @returns the difference as `rate`, and its bounds between −1 and 1
 */
export function newcombe(
  before: { readonly hits: number; readonly total: number },
  after: { readonly hits: number; readonly total: number },
  confidence = 0.95,
): Interval {
  const from = wilson(before.hits, before.total, confidence);
  const to = wilson(after.hits, after.total, confidence);
  const difference = to.rate - from.rate;
  return {
    rate: difference,
    lower: difference - Math.hypot(to.rate - to.lower, from.upper - from.rate),
    upper: difference + Math.hypot(to.upper - to.rate, from.rate - from.lower),
  };
}
