import { expect, test } from "vitest";
import { DEFAULT_JUDGING, parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { BUILT_AT, buildFacts } from "../support/facts.ts";

function kinds(latency: (call: number) => readonly [number, number]): string[] {
  const facts = buildFacts([{ method: "eth_call", count: 1_000, latency }]);
  return judge(facts, DEFAULT_JUDGING, [], BUILT_AT).findings.map(({ kind }) => kind);
}

/** One call in ten waits. */
function stalled(call: number, ms: number, times: number): number {
  return call % 10 === 0 ? ms * times : ms;
}

test("a candidate that is a hair slower in every pair is not slower, though its percentile rose a little", () => {
  expect(kinds((call) => [10 + (call % 7), stalled(call, 10 + (call % 7), 1.8) + 0.02])).toEqual(
    [],
  );
});

test("a candidate whose typical call takes half as long again is slower", () => {
  expect(kinds((call) => [10 + (call % 7), 15 + (call % 7)])).toEqual(["latency-regression"]);
});

test("a candidate of which one call in ten takes four times as long is slower, though its typical call is not", () => {
  expect(kinds((call) => [10 + (call % 7), stalled(call, 10 + (call % 7), 4)])).toEqual([
    "latency-regression",
  ]);
});

test("who allows less is told of less", () => {
  const facts = buildFacts([
    {
      method: "eth_call",
      count: 1_000,
      latency: (call) => [10 + (call % 7), 1.2 * (10 + (call % 7))],
    },
  ]);
  const found = (settings: object): number =>
    judge(facts, parseJudging(settings), [], BUILT_AT).findings.length;
  expect(found({})).toBe(0);
  expect(found({ latency: { maxIncrease: 1.1 } })).toBe(1);
  expect(found({ methods: { eth_call: { latency: { maxIncrease: 1.1 } } } })).toBe(1);
  expect(found({ methods: { eth_getLogs: { latency: { maxIncrease: 1.1 } } } })).toBe(0);
});
