import jStat from "jstat";

/**
 * McNemar's exact test of paired yes/no outcomes, two-sided: is a mismatch of the candidate alone as likely as one of the
 * control alone? Calls in which both or neither mismatched say nothing and are not given.
 * @returns the p-value; 1 where there are no discordant calls
 */
export function mcnemarExact(candidateOnly: number, controlOnly: number): number {
  const discordant = candidateOnly + controlOnly;
  if (discordant === 0 || candidateOnly === controlOnly) return 1;
  const fewer = Math.min(candidateOnly, controlOnly);
  // P(X ≤ fewer) of a fair coin thrown `discordant` times, by the incomplete beta function: exact for any number of calls.
  const tail = jStat.ibeta(0.5, discordant - fewer, fewer + 1);
  return Math.min(1, 2 * tail);
}
