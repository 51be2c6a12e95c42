import jStat from "jstat";

/** Chance of `hits` or more in `trials`, each with the same chance: the upper tail of the binomial distribution, exact. */
export function atLeast(hits: number, trials: number, chance: number): number {
  return hits <= 0 ? 1 : jStat.ibeta(chance, hits, trials - hits + 1);
}
