/** Says when the next request may start, at most so many a second, evenly. */
export interface Ceiling {
  /** How long to wait before one more, ms. */
  reserve(now: number): number;
}

export function createCeiling(perSecond: number | null): Ceiling {
  if (perSecond === null) return { reserve: () => 0 };
  const gapMs = 1_000 / perSecond;
  let nextAt = -Infinity;
  return {
    reserve(now) {
      const at = Math.max(now, nextAt);
      nextAt = at + gapMs;
      return at - now;
    },
  };
}
