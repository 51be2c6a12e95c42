import { expect, test } from "vitest";
import { DEFAULT_JUDGING } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { BUILT_AT, buildFacts } from "../support/facts.ts";

function kinds(latency: (call: number) => readonly [number, number]): string[] {
  const facts = buildFacts([{ method: "eth_call", count: 1_000, latency }]);
  return judge(facts, DEFAULT_JUDGING, [], BUILT_AT).findings.map(({ kind }) => kind);
}

/** One call in ten waits on a busy machine: a long tail, which a percentile alone mistakes for a regression. */
function stalled(call: number, ms: number): number {
  return call % 10 === 0 ? ms * 4 : ms;
}

test("a candidate that is a hair slower in every pair is not slower, whatever its tail", () => {
  expect(kinds((call) => [10 + (call % 7), stalled(call, 10 + (call % 7)) + 0.02])).toEqual([]);
});

test("a candidate whose typical call takes half as long again is slower", () => {
  expect(kinds((call) => [10 + (call % 7), 15 + (call % 7)])).toEqual(["latency-regression"]);
});
