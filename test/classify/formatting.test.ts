import { expect, test } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";
import { ownLabelledPairs } from "../../studies/support/labelled-pairs.ts";
import { anvilPairs, gethPairs } from "../../studies/support/responses.ts";

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

/** The same values with other white space and their keys the other way round. */
function reformatted(outcome: Outcome): Outcome {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is a JSON value
  const value = JSON.parse(String(outcome.body)) as JsonValue;
  return { ...outcome, body: Buffer.from(`${JSON.stringify(reversed(value), null, 2)}\r\n`) };
}

/** Sorted, because the order of keys is the order in which differences are met. */
function findings(pair: Pair): string[] {
  return examine(pair)
    .differences.filter(({ kind }) => kind !== "serialisation-changed")
    .map(({ kind, path }) => `${kind} ${path}`)
    .sort();
}

test("other white space and key order in the candidate's copy: the same findings, no more", () => {
  for (const pair of [
    ...gethPairs(),
    ...anvilPairs(),
    ...ownLabelledPairs().map(({ pair }) => pair),
  ]) {
    expect(findings({ ...pair, candidate: reformatted(pair.candidate) })).toEqual(findings(pair));
  }
}, 30_000);

test("old against itself: the same, whatever the format of the copy", () => {
  for (const pair of gethPairs()) {
    const compared = examine({ ...pair, candidate: reformatted(pair.old) });
    expect(compared.state).toBe("same");
    expect(examine({ ...pair, candidate: pair.control ?? pair.old }).differences).toEqual([]);
  }
}, 30_000);
