import { describe, expect, test } from "vitest";
import { estimate } from "../../src/statistics/estimate.ts";

/** Numbers between 0 and 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe("the estimate for all traffic", () => {
  test("everything recorded leaves nothing to estimate", () => {
    expect(estimate({ calls: 412, weight: 412, weightSquares: 412 })).toEqual({
      calls: 412,
      low: 412,
      high: 412,
      exact: true,
    });
  });

  test("one call of a hundredth says little, and never less than was seen", () => {
    const { calls, low, high } = estimate({ calls: 1, weight: 100, weightSquares: 10_000 });
    expect(calls).toBe(100);
    expect(low).toBeGreaterThanOrEqual(1);
    expect(low).toBeLessThan(15);
    expect(high).toBeGreaterThan(400);
  });

  test("the interval is the gamma one: mean and variance of what was seen, one mean weight more above", () => {
    // By the approximation of Wilson and Hilferty: 50.06 and 179.7.
    expect(estimate({ calls: 10, weight: 100, weightSquares: 1_000 })).toEqual({
      calls: 100,
      low: 50,
      high: 180,
      exact: false,
    });
    expect(estimate({ calls: 3, weight: 12, weightSquares: 54 })).toMatchObject({
      low: 3,
      high: 35,
    });
    expect(estimate({ calls: 0, weight: 0, weightSquares: 0 })).toEqual({
      calls: 0,
      low: 0,
      high: 0,
      exact: true,
    });
  });

  test("many calls give a narrow interval around the estimate", () => {
    const { calls, low, high } = estimate({
      calls: 1_000,
      weight: 100_000,
      weightSquares: 10_000_000,
    });
    expect(calls).toBe(100_000);
    expect(low / calls).toBeGreaterThan(0.93);
    expect(high / calls).toBeLessThan(1.07);
  });

  test.each([
    [20, 0.1],
    [200, 0.05],
    [2_000, 0.01],
  ])(
    "holds the true count 95 times in 100: %i calls sampled with probability %f",
    (truth, probability) => {
      const random = seeded(truth);
      const weight = 1 / probability;
      let tried = 0;
      let held = 0;
      for (let round = 0; round < 2_000; round += 1) {
        const calls = Array.from({ length: truth }, () => random()).filter(
          (draw) => draw < probability,
        ).length;
        // Where nothing was seen, nothing is written.
        if (calls === 0) continue;
        const { low, high } = estimate({
          calls,
          weight: calls * weight,
          weightSquares: calls * weight * weight,
        });
        tried += 1;
        if (low <= truth && truth <= high) held += 1;
      }
      expect(held / tried).toBeGreaterThan(0.935);
    },
  );
});
