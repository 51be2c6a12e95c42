import { expect, test } from "vitest";
import { measureMutations } from "../../studies/mutation.ts";

test("a mutation of a real response has its kind at its path, and nothing else is found", () => {
  const { cases, right, alone, operations, unexplained } = measureMutations(800, 7, 150);
  expect(cases).toBe(800);
  expect(right / cases).toBeGreaterThanOrEqual(0.995);
  expect(operations).toBeGreaterThan(cases);
  expect(unexplained).toBe(0);
  expect(alone / cases).toBeGreaterThanOrEqual(0.99);
}, 30_000);
