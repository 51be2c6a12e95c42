/** HAProxy's weights are whole numbers up to this. */
const HIGHEST = 256;

/**
 * Weights of each old and each new server that put a share of traffic on the new ones: whole numbers up to 256, the pair that comes
 * nearest to the share.
 * @param share percent on the new servers, 0 to 100
 */
export function weightsFor(
  share: number,
  servers: { readonly old: number; readonly candidate: number },
): { readonly old: number; readonly candidate: number } {
  if (share <= 0) return { old: HIGHEST, candidate: 0 };
  if (share >= 100) return { old: 0, candidate: HIGHEST };
  const wanted = share / 100;
  let best = { old: HIGHEST, candidate: 1, error: Number.POSITIVE_INFINITY };
  for (let candidate = 1; candidate <= HIGHEST; candidate += 1) {
    const exact = (candidate * servers.candidate * (1 - wanted)) / (wanted * servers.old);
    for (const old of [Math.floor(exact), Math.ceil(exact)]) {
      if (old < 1 || old > HIGHEST) continue;
      const error = Math.abs(shareOf({ old, candidate }, servers) - share);
      // Of equals the highest: HAProxy deals out more evenly by larger weights.
      if (error <= best.error + 1e-9) best = { old, candidate, error };
    }
  }
  return { old: best.old, candidate: best.candidate };
}

/** Percent of traffic on the new servers by these weights. */
export function shareOf(
  weights: { readonly old: number; readonly candidate: number },
  servers: { readonly old: number; readonly candidate: number },
): number {
  const fresh = weights.candidate * servers.candidate;
  const all = fresh + weights.old * servers.old;
  return all === 0 ? 0 : (100 * fresh) / all;
}
