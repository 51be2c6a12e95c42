import { expect, test } from "vitest";
import { DEFAULT_JUDGING } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { verdictText } from "../../src/judge/text.ts";
import { BUILT_AT, buildFacts, type BuiltCalls } from "../support/facts.ts";

function textOf(rows: readonly BuiltCalls[]): string {
  return verdictText(judge(buildFacts(rows), DEFAULT_JUDGING, [], BUILT_AT));
}

test("a verdict as it is printed", () => {
  const rows: readonly BuiltCalls[] = [
    { method: "eth_call", count: 5_000, customer: "cus_a" },
    {
      method: "eth_call",
      count: 3,
      customer: "cus_b",
      findings: [{ kind: "field-removed", path: "/result/totalDifficulty" }],
    },
    { method: "eth_sendRawTransaction", count: 40, state: "skipped", reason: "writes" },
  ];
  expect(textOf(rows)).toMatchInlineSnapshot(`
    "Verdict: fail (built)

    Not yet: 1 breaking change, eth_call: totalDifficulty is gone. 1 of 2 customers,
    0.06 % of traffic, confirmed 3 of 3. 0.79 % was not tested (writes). Traffic of
    20 Nov, run 21 Nov.

      fail          limit.affectedCustomers 1 > 0 (cus_b)
      fail          finding.breaking field-removed eth_call /result/totalDifficulty (3 of 5,003, 1 customer; confirmed, new) 807964220c4b96e8
      pass          limit.mismatchRate 0.0006 ≤ 0.005 (3 of 5,003; 95 % 0.0002 to 0.0018)
      pass          limit.objections 0 ≤ 0
      pass          require.maxAge 0 s ≤ 24 h
      pass          require.comparedCalls 5,003 ≥ 3,000
      pass          require.methodCoverage 1 ≥ 0.95 (1 of 1 method)
      pass          require.uncomparableRate 0 ≤ 0.05 (0 of 5,003)
      pass          require.noiseRate 0 ≤ 0.01 (0 of 5,003)
      note          not-tested skipped, writes: 40 calls, 0.0079 of the traffic
    "
  `);
});

test("what traffic names can't break a line or reach the terminal", () => {
  const method = "eth_\n::error::pwned\u001B[2J\u202E\u2028x";
  const text = textOf([{ method, count: 5, findings: [{ kind: "field-removed" }] }]);
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}/u);
  expect(text.split("\n").filter((line) => line.trimStart().startsWith("::"))).toEqual([]);
  expect(text).toContain("eth_\\u{a}::error::pwned\\u{1b}[2J\\u{202e}\\u{2028}x");
});

test("a method of ten thousand letters does not fill the log", () => {
  const text = textOf([
    { method: "m".repeat(10_000), count: 5, findings: [{ kind: "field-removed" }] },
  ]);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(1_100);
});

test("many reasons are counted, not all printed", () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({
    method: "eth_call",
    count: 1,
    findings: [
      {
        kind: "field-removed" as const,
        path: `/result/field${String.fromCodePoint(97 + (index % 26))}${index}x`,
      },
    ],
  }));
  const text = textOf(rows);
  expect(text).toContain("and 171 more reasons");
  expect(text.split("\n").length).toBeLessThan(60);
});
