import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketMs, bucketOf, percentiles } from "../../src/runs/latency.ts";
import { rankOf } from "../../src/runs/rank.ts";
import { weighed } from "../../src/runs/weighed.ts";
import {
  addLatency,
  addPairs,
  emptyLatency,
  latencyOf,
  wideBucket,
} from "../../src/runs/windows/latency.ts";
import { trendOf } from "../../src/runs/windows/seen.ts";

describe("a bucket", () => {
  test("holds what is at most its upper bound and above that of the one before", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.011, max: 100_000, noNaN: true }), (ms) => {
        const bucket = bucketOf(ms);
        expect(bucketMs(bucket)).toBeGreaterThanOrEqual(ms * (1 - 1e-9));
        expect(bucketMs(bucket - 1)).toBeLessThan(ms * (1 + 1e-9));
      }),
    );
    expect([0, 0.01, 0.001].map(bucketOf)).toEqual([0, 0, 0]);
    expect(bucketMs(0)).toBeCloseTo(0.01);
    expect(bucketMs(1) / bucketMs(0)).toBeCloseTo(1.02);
  });

  test("of a window is two of a run's", () => {
    expect([0, 1, 2, 3, 4].map(wideBucket)).toEqual([0, 2, 2, 4, 4]);
  });
});

const at = (bucket: number): number => Number(bucketMs(bucket).toPrecision(3));

test("percentiles are the bound within which that share of calls is", () => {
  expect(
    percentiles([
      [10, 50],
      [20, 40],
      [30, 5],
      [40, 5],
    ]),
  ).toEqual({ p50: at(10), p90: at(20), p95: at(30), p99: at(40) });
  expect(percentiles([[10, 1]])).toEqual({ p50: at(10), p90: at(10), p95: at(10), p99: at(10) });
  expect(percentiles([])).toEqual({ p50: 0, p90: 0, p95: 0, p99: 0 });
});

test("a rank is the same number in every run, of 32 bits, and spreads", () => {
  expect([rankOf(""), rankOf("a"), rankOf("b"), rankOf("0:1:0")]).toMatchInlineSnapshot(`
    [
      2872998923,
      444641715,
      2193908274,
      851643564,
    ]
  `);
  const ranks = Array.from({ length: 4_000 }, (_, at) => rankOf(`0:${at}:0`));
  expect(new Set(ranks).size).toBe(4_000);
  const low = ranks.filter((rank) => rank < 2 ** 31).length;
  expect(low).toBeGreaterThan(1_800);
  expect(low).toBeLessThan(2_200);
  expect(Math.min(...ranks)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...ranks)).toBeLessThan(2 ** 32);
});

test("weights are summed exactly, whatever their order", () => {
  expect(weighed(1)).toEqual({ weight: 1, square: 1 });
  expect(weighed(2.5)).toEqual({ weight: 2.5, square: 6.25 });
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 1_000, noNaN: true }), { maxLength: 30 }),
      (given) => {
        const all = given.map((weight) => weighed(weight).weight);
        const forth = all.reduce((sum, weight) => sum + weight, 0);
        const back = all.toReversed().reduce((sum, weight) => sum + weight, 0);
        expect(forth).toBe(back);
        for (const weight of given) {
          expect(weighed(weight).weight).toBeCloseTo(weight, 5);
          expect(Math.abs(weighed(weight).square - weight * weight)).toBeLessThanOrEqual(2 ** -11);
        }
      },
    ),
  );
});

describe("latencies of windows", () => {
  test("add up by bucket and side", () => {
    const to = { old: { "1": 1, "2": 2 }, candidate: {}, pairs: [] };
    addLatency(to, { old: { "2": 20, "3": 30 }, candidate: { "4": 4 }, pairs: [[5, 1, 2]] });
    expect(to).toEqual({
      old: { "1": 1, "2": 22, "3": 30 },
      candidate: { "4": 4 },
      pairs: [[5, 1, 2]],
    });
    expect(latencyOf(undefined)).toEqual(emptyLatency());
    expect(latencyOf(JSON.stringify(to))).toEqual(to);
  });

  test("keep the 120 pairs of the lowest ranks, in whatever order they come", () => {
    const pairs = Array.from({ length: 300 }, (_, at) => [(at * 7) % 300, at, at] as const);
    const to = emptyLatency();
    for (const pair of pairs) addPairs(to, [pair]);
    const lowest = pairs.toSorted(([a], [b]) => a - b).slice(0, 120);
    expect(to.pairs).toEqual(lowest);
    const at = emptyLatency();
    addPairs(at, pairs);
    expect(at.pairs).toEqual(lowest);
    const before = at.pairs;
    addPairs(at, [
      [119, 9, 9],
      [500, 9, 9],
    ]);
    expect(at.pairs).toBe(before);
  });
});

const points = (...calls: readonly number[]) =>
  calls.map((count, at) => ({ start: at * 10, calls: count }));

describe("a finding's trend", () => {
  /** Eight windows of ten calls each, of which the last two are recent. */
  const windows = Array.from({ length: 8 }, (_, at) => ({ start: at * 10, calls: 10 }));

  test.each([
    ["new", 60, points(0, 0, 0, 0, 0, 0, 3, 3)],
    ["new", 75, points()],
    ["not seen lately", 0, points(1, 1, 1, 1, 1, 1)],
    ["steady", 0, points(2, 2, 2, 2, 2, 2, 2, 2)],
    ["steady", 0, points(2, 2, 2, 2, 2, 2, 3, 3)],
    ["growing", 0, points(2, 2, 2, 2, 2, 2, 4, 4)],
    ["growing", 59, points(0, 0, 0, 0, 0, 1, 1, 1)],
    ["falling", 0, points(4, 4, 4, 4, 4, 4, 2, 2)],
    ["steady", 0, points(3, 3, 3, 3, 3, 3, 2, 2)],
  ])("is %s from %d on", (trend, firstAt, counts) => {
    expect(trendOf(firstAt, counts, windows)).toBe(trend);
  });

  test("is of calls compared, not of time", () => {
    const quiet = windows.map((window) => (window.start >= 60 ? { ...window, calls: 1 } : window));
    expect(trendOf(0, points(2, 2, 2, 2, 2, 2, 2, 2), quiet)).toBe("growing");
    const silent = windows.map((window) => (window.start >= 60 ? { ...window, calls: 0 } : window));
    expect(trendOf(0, points(2, 2, 2, 2, 2, 2, 2, 2), silent)).toBe("not seen lately");
    expect(trendOf(5, [], [])).toBe("new");
  });
});
