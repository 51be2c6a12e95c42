import { describe, expect, test } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import { examplePair } from "../../src/classify/rules/example.ts";
import { kindOf, RULES } from "../../src/classify/rules/index.ts";
import { defaultSeverity } from "../../src/classify/severity/severity.ts";
import { KINDS } from "../../src/model/kinds.ts";

const EXAMPLES = RULES.flatMap((rule) =>
  rule.examples.map((example, index) => ({ rule, example, title: `${rule.id} ${index + 1}` })),
);
const PAIRS = EXAMPLES.filter(({ example }) => example.fact === undefined);

test("there is one rule for each kind, with its severity", () => {
  expect(RULES.map(({ id }) => id).sort()).toEqual(Object.values(KINDS).flat().sort());
  expect(RULES.map(({ severity }) => severity)).toEqual(RULES.map(({ id }) => defaultSeverity(id)));
});

describe("a rule fires on its own example, at its path, and no other does", () => {
  test.each(PAIRS)("$title", ({ rule, example }) => {
    const { differences } = examine(examplePair(example));
    expect(differences.map(({ kind, path }) => ({ kind, path }))).toEqual([
      { kind: rule.id, path: example.path },
    ]);
  });
});

const FACTS = EXAMPLES.flatMap(({ rule, example: { fact, request, path } }) =>
  fact
    ? [
        {
          id: rule.id,
          fact: { ...fact, chain: "other" as const, method: request.method, path, pattern: path },
        },
      ]
    : [],
);

test.each(FACTS)("$id is named from a fact of many calls", ({ id, fact }) => {
  expect(kindOf(fact)).toBe(id);
});

describe("no rule fires on an identical pair", () => {
  test.each(PAIRS)("$title", ({ example }) => {
    const pair = examplePair(example);
    for (const side of [pair.old, pair.candidate]) {
      const same = examine({ ...pair, old: side, candidate: { ...side } });
      expect(same.differences).toEqual([]);
      expect(["same", "uncomparable"]).toContain(same.state);
    }
  });
});

test("each rule says what breaks and what to write", () => {
  for (const { title, why, sees, breaks, write } of RULES) {
    for (const text of [title, why, sees, write.text, write.code])
      expect(text.length).toBeGreaterThan(8);
    expect(breaks.length).toBeGreaterThan(0);
  }
});
