import * as fc from "fast-check";
import { test } from "vitest";
import { anyBytes, jsonPair, jsonValue } from "../../studies/support/arbitrary.ts";
import {
  findsWhatDiffers,
  identityHolds,
  kindsMirror,
  neverThrows,
  patchGivesCandidate,
} from "../../studies/support/properties.ts";

const RUNS = { numRuns: 800, seed: 20 };

test("a value compared with its copy gives nothing", () => {
  fc.assert(fc.property(jsonValue, identityHolds), RUNS);
}, 30_000);

test("something is found exactly where two values differ", () => {
  fc.assert(fc.property(jsonPair, findsWhatDiffers), RUNS);
}, 30_000);

test("the patch applied to old gives candidate", () => {
  fc.assert(fc.property(jsonPair, patchGivesCandidate), RUNS);
}, 30_000);

test("swapping the sides mirrors the kinds", () => {
  fc.assert(fc.property(jsonPair, kindsMirror), RUNS);
}, 30_000);

test("no bytes make it throw", () => {
  fc.assert(fc.property(anyBytes, anyBytes, anyBytes, neverThrows), RUNS);
}, 30_000);
