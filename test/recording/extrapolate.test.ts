import { assert, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { extrapolate } from "../../src/recording/extrapolate.ts";
import type { StratumSample } from "../../src/recording/extrapolate.ts";

/** So many of a population kept at random, so many of them counted: each kept one stands for as many as another. */
function sample(population: number, kept: number, hits: number, certain = 0): StratumSample {
  const weight = population / Math.max(1, kept);
  return {
    population,
    kept,
    hits,
    weight: hits * weight,
    spread: hits * weight * (weight - 1),
    certain,
  };
}

function width(kept: number): number {
  const { lower, upper } = extrapolate([sample(1_000, kept, kept / 10)]);
  return upper - lower;
}

describe("a count of all traffic", () => {
  it("is exact where everything was kept", () => {
    expect(extrapolate([sample(50, 50, 7, 2)])).toEqual({ estimate: 9, lower: 9, upper: 9 });
    expect(extrapolate([])).toEqual({ estimate: 0, lower: 0, upper: 0 });
  });

  it("has the interval that statisticians give a sample of its size", () => {
    const { estimate, lower, upper } = extrapolate([sample(1_000_000, 100, 10)]);
    expect(estimate).toBe(100_000);
    // Clopper and Pearson for 10 of 100: 4.90 % to 17.62 %.
    expect(lower / 10_000).toBeCloseTo(4.9, 1);
    expect(upper / 10_000).toBeCloseTo(17.62, 1);
  });

  it("of which nothing was kept is bounded by what was: 3.62 % of a sample of 100", () => {
    const { estimate, lower, upper } = extrapolate([sample(1_000_000, 100, 0)]);
    expect([estimate, lower]).toEqual([0, 0]);
    expect(upper / 10_000).toBeCloseTo(3.62, 1);
  });

  it("is surer where more of the traffic was kept", () => {
    expect(width(500)).toBeLessThan(width(100));
    // Half of everything is known: the rest is drawn without putting back.
    expect(width(500)).toBeLessThan((width(100) / Math.sqrt(5)) * 0.95);
  });

  it("adds what is certain to what was sampled, at both ends", () => {
    const alone = extrapolate([sample(1_000, 100, 10)]);
    const more = extrapolate([sample(1_000, 100, 10, 5), sample(30, 30, 3)]);
    expect(more.estimate).toBeCloseTo(alone.estimate + 8, 9);
    expect(more.lower).toBeCloseTo(alone.lower + 8, 9);
    expect(more.upper).toBeCloseTo(alone.upper + 8, 9);
  });

  it("never denies what was seen", () => {
    assert(
      property(
        record({
          population: integer({ min: 1, max: 10_000 }),
          kept: integer({ min: 1, max: 10_000 }),
          hits: integer({ min: 0, max: 10_000 }),
          certain: integer({ min: 0, max: 10 }),
        }),
        ({ population, certain, ...given }) => {
          const kept = Math.min(given.kept, population);
          const hits = Math.min(given.hits, kept);
          const { estimate, lower, upper } = extrapolate([sample(population, kept, hits, certain)]);
          expect(lower).toBeGreaterThanOrEqual(certain + hits - 1e-9);
          expect(upper).toBeLessThanOrEqual(certain + population - (kept - hits) + 1e-9);
          expect(lower).toBeLessThanOrEqual(estimate + 1e-6);
          expect(upper).toBeGreaterThanOrEqual(estimate - 1e-6);
        },
      ),
    );
  });
});
