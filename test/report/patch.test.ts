import { applyPatch } from "fast-json-patch";
import type { Operation } from "fast-json-patch";
import { expect, test } from "vitest";
import { makePatch } from "../../src/report/patch.ts";
import { jsonText } from "../../src/report/view/text.ts";

test.each([
  ["1", "2"],
  ['{"a":[1,2,3]}', '{"a":[1,3],"b":null}'],
  ['{"a":9007199254740993,"b":1.0}', '{"a":9007199254740992,"b":1}'],
  ['{"a/b":{"~":1}}', '{"a/b":{"~":2}}'],
])("the patch of %s gives %s", (old, candidate) => {
  const { patch } = makePatch(old, candidate);
  const operations = JSON.parse(jsonText(patch)) as Operation[];
  expect(operations.length).toBeGreaterThan(0);
  expect(applyPatch(JSON.parse(old), operations).newDocument).toEqual(JSON.parse(candidate));
});

test("number texts are in the patch as they were sent", () => {
  expect(jsonText(makePatch("1", "9007199254740993").patch)).toBe(
    '[{"op":"replace","path":"","value":9007199254740993}]',
  );
});

test.each([
  ["<html>", "{}", "the old response is not JSON"],
  ["{}", "", "the candidate response is not JSON"],
  [`"${"a".repeat(599_999)}"`, "1", "too large: 600002 characters"],
  ["[".repeat(50_000) + "]".repeat(50_000), "[".repeat(49_999) + "]".repeat(49_999), "too deep"],
])("no patch, but a reason", (old, candidate, reason) => {
  expect(makePatch(old, candidate)).toEqual({ patch: null, reason });
});
