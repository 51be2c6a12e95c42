import { describe, expect, test } from "vitest";
import { baseOf, weightedRate, type Base } from "../../src/judge/rates.ts";

function base(rows: readonly { calls: number; weight: number }[]): Base {
  const sum = (of: (row: { calls: number; weight: number }) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const calls = sum((row) => row.calls);
  const weight = sum((row) => row.calls * row.weight);
  const weightSquares = sum((row) => row.calls * row.weight ** 2);
  return baseOf([{ calls, weight, weightSquares, compared: calls, comparedWeight: weight }]);
}
const hits = (
  calls: number,
  weight: number,
): { calls: number; weight: number; weightSquares: number } => ({
  calls,
  weight: calls * weight,
  weightSquares: calls * weight ** 2,
});

describe("weighted rates", () => {
  test("of equal weights are plain ones", () => {
    const {
      rate: share,
      effective,
      weighted,
      lower,
      upper,
    } = weightedRate([hits(1_412, 1)], base([{ calls: 198_204, weight: 1 }]));
    expect(share).toBeCloseTo(0.007124, 7);
    expect(effective).toBeCloseTo(198_204, 3);
    expect(weighted).toBe(false);
    expect([lower.toFixed(6), upper.toFixed(6)]).toEqual(["0.006763", "0.007504"]);
  });

  test("estimate the traffic, not the sample", () => {
    // A thousand calls kept of a thousand, a hundred kept of ten thousand; ten of the latter differ.
    const sampled = base([
      { calls: 1_000, weight: 1 },
      { calls: 100, weight: 100 },
    ]);
    const seen = weightedRate([hits(10, 100)], sampled);
    expect(seen.rate).toBeCloseTo(1_000 / 11_000, 9);
    // The hits sit in the rare, heavy calls: there are some hundred of those to tell from, not eleven hundred.
    expect(seen.effective).toBeLessThan(125);
    expect(seen.effective).toBeGreaterThan(80);
  });

  test("of nothing are no number", () => {
    expect(weightedRate([], base([])).rate).toBeNaN();
  });

  test("count the squares of what was compared, method by method", () => {
    const { weight, weightSquares } = baseOf([
      { calls: 100, weight: 100, weightSquares: 100, compared: 100, comparedWeight: 100 },
      // Heavy calls that were never sent do not make the rest uncertain.
      { calls: 50, weight: 5_000, weightSquares: 500_000, compared: 0, comparedWeight: 0 },
    ]);
    expect({ weight, weightSquares }).toEqual({ weight: 100, weightSquares: 100 });
  });
});
