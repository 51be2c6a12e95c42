import { describe, expect, test } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import type { Outcome } from "../../src/model/pair.ts";
import { confirm } from "../../src/replay/compare/confirm.ts";
import { settle } from "../../src/replay/compare/settle.ts";
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

const gone: Outcome = { ...outcome("0"), kind: "unreachable", body: null, detail: "ECONNREFUSED" };
const closed: Outcome = { ...gone, detail: "closed" };

/** What becomes of a call that a candidate broke off, by what that gives each time it is asked again; and the waits, in ms. */
function afterwards(given: readonly Outcome[], candidate = closed): [string, number[]] {
  const left = [...given];
  const waits: number[] = [];
  const question = questionOf(examine({ ...pair('"0x1"', '"0x1"'), candidate }));
  const rules = {
    confirm: 2,
    examine,
    comesBackMs: [10, 20],
    oldestState: { old: 0, candidate: 0 },
  };
  const settling = settle(question, { ...rules, isKnown: () => false });
  let step = settling.next();
  while (step.done !== true) {
    if (step.value.want === "heads") waits.push(step.value.afterMs);
    const again = { old: outcome('"0x1"'), candidate: left[0] ?? gone };
    step = settling.next(step.value.want === "again" ? { again } : {});
    if (left.length > 1 || waits.length === 0) left.shift();
  }
  const { state, reason, confidence } = step.value;
  return [`${state} ${reason ?? confidence}`, waits];
}

describe("a candidate that is not there any more", () => {
  test("says nothing of a call that it never took", () => {
    expect(examine({ ...pair('"0x1"', '"0x1"'), candidate: gone }).reason).toBe("candidate-gone");
    expect(examine({ ...pair('"0x1"', '"0x1"'), candidate: closed }).state).toBe("different");
  });

  test("is waited for when it broke off in a call: what ends it each time is a finding, a restart is none", () => {
    expect(afterwards([])).toEqual(["uncomparable candidate-gone", [10, 20]]);
    expect(afterwards([closed, closed])[0]).toBe("different confirmed");
    const back = outcome('"0x1"');
    expect(afterwards([back, back])[0]).toBe("different flaky");
  });

  test("was asked before: another answer that it gave stays a finding", () => {
    expect(afterwards([], outcome('"0x2"'))[0]).toBe("different probable");
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
