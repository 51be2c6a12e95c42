import { expect, test } from "vitest";
import { measureLabelled } from "../../studies/labelled.ts";
import { ownLabelledPairs } from "../../studies/support/labelled-pairs.ts";
import { examine } from "../../src/classify/examine.ts";

const PAIRS = ownLabelledPairs();

test("each change of a real answer is found with its kind at its place, and explains its patch once", () => {
  expect(PAIRS.length).toBeGreaterThan(400);
  const { recall, unexplained, missed } = measureLabelled(PAIRS);
  expect(missed).toEqual([]);
  expect(unexplained).toEqual([]);
  expect(recall).toBe(1);
}, 30_000);

test("and nothing else is found", () => {
  const more = PAIRS.filter(({ pair }) => examine(pair).differences.length !== 1);
  expect(more.map(({ label, pair }) => `${label} ${pair.name}`)).toEqual([]);
});
