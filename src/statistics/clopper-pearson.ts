import jStat from "jstat";

/** Halvings: after 60 the bounds are closer than a double can tell. */
const STEPS = 60;

/**
 * Clopper and Pearson's interval for a share: never narrower than it says, also for the one hit by which a rare thing was
 * noticed at all. `hits` and `total` may be fractions, as effective sample sizes are.
 */
export function clopperPearson(
  hits: number,
  total: number,
  confidence = 0.95,
): { readonly lower: number; readonly upper: number } {
  const tail = (1 - confidence) / 2;
  return {
    lower: hits <= 0 ? 0 : solve((x) => jStat.ibeta(x, hits, total - hits + 1), tail),
    upper: hits >= total ? 1 : solve((x) => jStat.ibeta(x, hits + 1, total - hits), 1 - tail),
  };
}

/** Where a function that rises from 0 to 1 over 0 to 1 has the value `wanted`. */
function solve(rising: (x: number) => number, wanted: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
