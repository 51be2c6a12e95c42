import jStat from "jstat";

export interface SignedRank {
  /** One-sided: the chance of ranks like these if candidate were not slower. */
  readonly p: number;
  /**
   * Matched-pairs rank-biserial correlation, −1 to 1: the share of rank weight in which candidate is slower minus the share
   * in which it is faster.
   */
  readonly effect: number;
  /** Pairs that differ. */
  readonly pairs: number;
}

/**
 * Wilcoxon's signed-rank test, by the normal approximation with correction for ties and for continuity; pairs that do not
 * differ are left out, and so is what is no number. Good from some 20 pairs on.
 * @param differences candidate minus old
 */
export function signedRank(differences: readonly number[]): SignedRank {
  const ordered = differences
    .filter((difference) => difference !== 0 && Number.isFinite(difference))
    .sort((a, b) => Math.abs(a) - Math.abs(b));
  const pairs = ordered.length;
  if (pairs === 0) return { p: 1, effect: 0, pairs };
  let positive = 0;
  let tied = 0;
  for (let start = 0; start < pairs;) {
    const size = Math.abs(ordered[start] ?? 0);
    let end = start + 1;
    while (end < pairs && Math.abs(ordered[end] ?? 0) === size) end += 1;
    const rank = (start + 1 + end) / 2;
    const slower = ordered.slice(start, end).filter((difference) => difference > 0).length;
    positive += slower * rank;
    const ties = end - start;
    tied += ties ** 3 - ties;
    start = end;
  }
  const total = (pairs * (pairs + 1)) / 2;
  const deviation = Math.sqrt((pairs * (pairs + 1) * (2 * pairs + 1)) / 24 - tied / 48);
  const z = (positive - total / 2 - 0.5) / deviation;
  return { p: jStat.normal.cdf(-z, 0, 1), effect: (2 * positive) / total - 1, pairs };
}
