import { describe, expect, test } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import { confirm } from "../../src/replay/compare/confirm.ts";
import { dependenceOf } from "../../src/replay/heads/dependence.ts";
import { callOf, outcome, pair, questionOf } from "./questions.ts";

/** Confirms a first mismatch of "0x1" and "0x2" by what both said each time they were asked again. */
function confidence(rounds: readonly (readonly [old: string, candidate: string] | null)[]): string {
  const left = [...rounds];
  const asked = confirm(questionOf(examine(pair('"0x1"', '"0x2"'))), { rounds: 5, examine });
  let step = asked.next();
  while (step.done !== true) {
    const next = left.shift() ?? null;
    step = asked.next(
      next === null ? {} : { again: { old: outcome(next[0]), candidate: outcome(next[1]) } },
    );
  }
  return step.value;
}

const DIFFERS = ['"0x1"', '"0x2"'] as const;
const AGREES = ['"0x1"', '"0x1"'] as const;
const WAVERS = ['"0x3"', '"0x2"'] as const;

describe("confirmation", () => {
  test.each([
    ["it came back each time", [DIFFERS, DIFFERS, DIFFERS, DIFFERS, DIFFERS], "confirmed"],
    ["old does not repeat itself", [DIFFERS, DIFFERS, WAVERS, DIFFERS, DIFFERS], "probable"],
    ["mostly back", [DIFFERS, AGREES, DIFFERS, DIFFERS, DIFFERS], "probable"],
    ["mostly gone", [AGREES, AGREES, AGREES, DIFFERS, AGREES], "flaky"],
    ["gone once, from an old that wavers", [WAVERS, AGREES, DIFFERS, DIFFERS, DIFFERS], "flaky"],
    ["not asked often enough", [DIFFERS, null], "probable"],
    ["not asked again at all", [null], "probable"],
  ] as const)("%s", (_name, rounds, expected) => {
    expect(confidence(rounds)).toBe(expected);
  });
});

describe("what an answer rests on", () => {
  const call = callOf("eth_x");
  const plain = { call, replaced: [], left: [], missing: false, highest: null } as const;
  const named = pair('{"blockNumber":"0x60"}', "null");

  test.each([
    ["a missing block: on the head", { ...plain, missing: true }, named, { on: "head" }],
    [
      "a tag that was left: on the head",
      { ...plain, left: ["latest"] as const },
      named,
      { on: "head" },
    ],
    [
      "a number near the head: on that block",
      { ...plain, highest: 99 },
      named,
      { on: "block", number: 99 },
    ],
    ["an old number: on nothing that moves", { ...plain, highest: 3 }, named, { on: "nothing" }],
    ["by hash: on the block that an answer names", plain, named, { on: "block", number: 96 }],
    [
      "nothing on one side, no block on the other: on the head",
      plain,
      pair('"0x1"', "null"),
      { on: "head" },
    ],
    ["neither: on nothing", plain, pair('"0x1"', '"0x2"'), { on: "nothing" }],
  ] as const)("%s", (_name, pinned, mismatch, expected) => {
    expect(dependenceOf(pinned, mismatch, 200)).toEqual(expected);
  });

  test("unknown heads explain nothing", () => {
    expect(dependenceOf({ ...plain, missing: true }, named, null)).toEqual({ on: "nothing" });
  });
});
