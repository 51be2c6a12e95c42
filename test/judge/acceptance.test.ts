import { describe, expect, test } from "vitest";
import { calendarDay, lapsed, type Accepted } from "../../src/config/accepted.ts";
import { age, rate } from "../../src/words.ts";
import { growthOf, risen } from "../../src/judge/status.ts";

describe("numbers in reasons", () => {
  test.each([
    [0.007124, 0.005, "0.0071"],
    [0.00502, 0.005, "0.00502"],
    [0.005, 0.005, "0.005"],
    [0, 0.005, "0"],
    [1, undefined, "1"],
    [0.000000123, undefined, "0.00000012"],
    [0.12345, undefined, "0.12"],
  ])("%d beside %s is %s", (value, limit, text) => {
    expect(rate(value, limit)).toBe(text);
  });

  test.each([
    [86_400_000, "24 h"],
    [172_800_000, "2 days"],
    [5_400_000, "1.5 h"],
    [90_000, "1.5 min"],
    [300, "0.3 s"],
  ])("%d ms is %s", (ms, text) => {
    expect(age(ms)).toBe(text);
  });
});

const entry = (expires: string): Accepted => ({
  fingerprint: "0".repeat(16),
  reason: "r",
  owner: "o",
  expires,
});

describe("days", () => {
  test("the last day counts whole, in UTC, whatever the machine's zone", () => {
    expect(lapsed(entry("2026-11-21"), new Date("2026-11-21T23:59:59.999Z"))).toBeNull();
    expect(lapsed(entry("2026-11-21"), new Date("2026-11-22T00:00:00Z"))).toBe(
      "expired on 2026-11-21",
    );
    expect(lapsed(entry("2026-11-21"), new Date("2026-11-21T23:00:00-05:00"))).toBe(
      "expired on 2026-11-21",
    );
  });

  test.each([
    "",
    "soon",
    "2026-02-30",
    "2026-13-01",
    "21.11.2026",
    "2026-11-21T00:00:00Z",
    "9999999",
  ])("%j is no day", (text) => {
    expect(calendarDay(text)).toBeNull();
    expect(lapsed(entry(text), new Date(0))).not.toBeNull();
  });
});

describe("growth", () => {
  const before = {
    rate: 0.01,
    calls: 10,
    comparedCalls: 1_000,
    paths: ["/result/a"],
    customers: 2,
  };

  test("a rate counts as higher only beyond chance", () => {
    expect(risen(before, { rate: 0.012, calls: 12, comparedCalls: 1_000 })).toBe(false);
    expect(risen(before, { rate: 0.05, calls: 50, comparedCalls: 1_000 })).toBe(true);
    expect(risen(before, { rate: 0, calls: 0, comparedCalls: 0 })).toBe(false);
    // By hand: a rate without the calls behind it.
    const bare = { rate: 0.01, calls: 0, comparedCalls: 0 };
    expect(risen(bare, { rate: 0.02, calls: 2, comparedCalls: 100 })).toBe(false);
    expect(risen(bare, { rate: 0.02, calls: 200, comparedCalls: 10_000 })).toBe(true);
  });

  test("fewer paths, customers and calls are no growth", () => {
    expect(
      growthOf(before, { ...before, paths: [], customers: 1, calls: 1, rate: 0.001 }),
    ).toBeNull();
    expect(growthOf(before, { ...before, customers: 3 })).toBe("3 customers, accepted with 2");
    expect(growthOf(before, { ...before, paths: ["/result/b"] })).toContain("/result/b");
  });
});
