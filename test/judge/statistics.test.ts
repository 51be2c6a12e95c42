import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { benjaminiHochberg } from "../../src/statistics/false-discovery.ts";
import { mcnemarExact } from "../../src/statistics/mcnemar.ts";
import { newcombe, wilson } from "../../src/statistics/proportion.ts";
import { signedRank } from "../../src/statistics/signed-rank.ts";

interface Reference {
  readonly wilson: readonly { hits: number; total: number; lower: number; upper: number }[];
  readonly newcombe: readonly {
    before: [number, number];
    after: [number, number];
    lower: number;
    upper: number;
  }[];
  readonly mcnemar: readonly { candidateOnly: number; controlOnly: number; p: number }[];
  readonly benjaminiHochberg: readonly { p: number[]; q: number[] }[];
  readonly signedRank: readonly {
    differences: number[];
    p: number;
    effect: number;
    pairs: number;
  }[];
}

const REFERENCE = JSON.parse(
  readFileSync(new URL("../fixtures/statistics/reference.json", import.meta.url), "utf8"),
) as Reference;

describe("as SciPy and statsmodels have it", () => {
  test.each(REFERENCE.wilson)("Wilson $hits of $total", ({ hits, total, lower, upper }) => {
    const interval = wilson(hits, total);
    expect(interval.rate).toBe(hits / total);
    expect(interval.lower).toBeCloseTo(lower, 10);
    expect(interval.upper).toBeCloseTo(upper, 10);
  });

  test.each(REFERENCE.newcombe)("Newcombe $before → $after", ({ before, after, lower, upper }) => {
    const interval = newcombe(
      { hits: before[0], total: before[1] },
      { hits: after[0], total: after[1] },
    );
    expect(interval.lower).toBeCloseTo(lower, 10);
    expect(interval.upper).toBeCloseTo(upper, 10);
  });

  test.each(REFERENCE.mcnemar)(
    "McNemar $candidateOnly against $controlOnly",
    ({ candidateOnly, controlOnly, p }) => {
      expect(relativeError(mcnemarExact(candidateOnly, controlOnly), p)).toBeLessThan(1e-6);
    },
  );

  test.each(REFERENCE.benjaminiHochberg)("Benjamini-Hochberg of $p.length values", ({ p, q }) => {
    const adjusted = benjaminiHochberg(p);
    expect(adjusted).toHaveLength(q.length);
    for (const [index, value] of q.entries()) expect(adjusted[index]).toBeCloseTo(value, 12);
  });

  test.each(REFERENCE.signedRank)(
    "Wilcoxon over $pairs pairs",
    ({ differences, p, effect, pairs }) => {
      const result = signedRank(differences);
      expect(result.p).toBeCloseTo(p, 9);
      expect(result.effect).toBeCloseTo(effect, 12);
      expect(result.pairs).toBe(pairs);
    },
  );
});

function relativeError(value: number, reference: number): number {
  return reference === 0 ? Math.abs(value) : Math.abs(value / reference - 1);
}

describe("published values", () => {
  test("0 of 3,000 bounds the rate by 0.13 %", () => {
    expect(wilson(0, 3_000).upper.toFixed(4)).toBe("0.0013");
  });

  test("Newcombe 1998, 56 of 70 against 48 of 80: 0.0524 to 0.3339", () => {
    const { lower, upper } = newcombe({ hits: 48, total: 80 }, { hits: 56, total: 70 });
    expect([lower.toFixed(4), upper.toFixed(4)]).toEqual(["0.0524", "0.3339"]);
  });

  test("Benjamini and Hochberg 1995: four of their fifteen hypotheses are rejected at 0.05", () => {
    const fifteen = REFERENCE.benjaminiHochberg.find(({ p }) => p.length === 15);
    expect(benjaminiHochberg(fifteen?.p ?? []).filter((q) => q <= 0.05)).toHaveLength(4);
  });
});

describe("whatever the numbers", () => {
  const trials = fc
    .integer({ min: 1, max: 1_000_000 })
    .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));

  test("Wilson's bounds lie about the rate, inside 0 and 1, and mirror", () => {
    fc.assert(
      fc.property(trials, ([hits, total]) => {
        const { rate, lower, upper } = wilson(hits, total);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(rate);
        expect(upper).toBeGreaterThanOrEqual(rate);
        expect(upper).toBeLessThanOrEqual(1);
        expect(wilson(total - hits, total).upper).toBeCloseTo(1 - lower, 9);
      }),
    );
  });

  test("nothing tried bounds nothing", () => {
    expect(wilson(0, 0)).toEqual({ rate: Number.NaN, lower: 0, upper: 1 });
    expect(wilson(0, Number.NaN)).toEqual({ rate: Number.NaN, lower: 0, upper: 1 });
  });

  test("McNemar does not care which side is which, and never leaves 0 to 1", () => {
    const calls = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(calls, calls, (b, c) => {
        const p = mcnemarExact(b, c);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(mcnemarExact(c, b)).toBe(p);
      }),
    );
  });

  test("adjusted values keep the order and are never smaller", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (p) => {
        const q = benjaminiHochberg(p);
        for (const [index, value] of p.entries()) {
          expect(q[index]).toBeGreaterThanOrEqual(value * (1 - 1e-12));
          expect(q[index]).toBeLessThanOrEqual(1);
          const above = q.filter((_, other) => value <= (p[other] ?? 0));
          expect(q[index]).toBeLessThanOrEqual(Math.min(...above));
        }
      }),
    );
  });

  test("what is no number is left out of the rank test, and does not stop it", () => {
    const clean = signedRank([1, 2, -3]);
    expect(signedRank([1, Number.NaN, 2, Infinity, -3, -Infinity])).toEqual(clean);
    expect(signedRank([Number.NaN])).toEqual({ p: 1, effect: 0, pairs: 0 });
  });

  test("swapping the sides turns the effect of the rank test round", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (differences) => {
        const { effect, p } = signedRank(differences);
        const swapped = signedRank(differences.map((difference) => -difference));
        expect(swapped.effect).toBeCloseTo(-effect, 12);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});
