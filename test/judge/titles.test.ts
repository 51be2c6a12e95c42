import { describe, expect, test } from "vitest";
import { titleOf } from "../../src/judge/title.ts";
import { KINDS } from "../../src/model/kinds.ts";
import type { GroupFacts } from "../../src/model/run.ts";
import { buildFacts } from "../support/facts.ts";

const group = (changes: Partial<GroupFacts>): GroupFacts => {
  const [first] = buildFacts([
    { method: "eth_call", count: 1, findings: [{ kind: "field-removed" }] },
  ]).groups;
  return { ...(first as GroupFacts), ...changes };
};

function becoming(...messages: string[]): Partial<GroupFacts> {
  const variants = messages.map((message) => ({
    old: "{}",
    candidate: JSON.stringify({ error: { code: -32000, message } }),
    calls: 1,
  }));
  return { kind: "result-to-error", path: "", variants };
}

describe("titles", () => {
  test.each([
    ["field-removed", "/result/totalDifficulty", "eth_call: totalDifficulty is gone."],
    ["value-changed", "/result", "eth_call: the result has another value for the same question."],
    [
      "value-changed",
      "/result/*",
      "eth_call: an item of the result has another value for the same question.",
    ],
    ["array-items-missing", "/result/*/topics/*", "eth_call: topics has fewer items."],
    [
      "header-changed",
      "/headers/retry-after",
      'eth_call: the header retry-after changed ("0x1" → "0x2").',
    ],
    ["error-code-changed", "/error/code", 'eth_call: the error code changed ("0x1" → "0x2").'],
  ] as const)("%s at %s", (kind, path, title) => {
    expect(titleOf(group({ kind, path }))).toBe(title);
  });

  test("every kind has one sentence", () => {
    for (const kind of Object.values(KINDS).flat()) {
      const title = titleOf(group({ kind, path: "/result/field" }));
      expect(title).toMatch(/^eth_call: \S.*[^.]\.$/);
      expect(title).not.toContain("undefined");
    }
  });

  test("an error is told in its own words where all calls have the same", () => {
    expect(titleOf(group(becoming("unknown block")))).toBe(
      'eth_call: a result became the error "unknown block".',
    );
    for (const messages of [["unknown block", "gone"], [`no 0x${"ab".repeat(32)}`]])
      expect(titleOf(group(becoming(...messages)))).toBe("eth_call: a result became an error.");
  });

  test("long values are left to the examples", () => {
    const variants = [{ old: `"${"a".repeat(50)}"`, candidate: '"b"', calls: 1 }];
    expect(titleOf(group({ kind: "type-changed", variants }))).toBe(
      "eth_call: the type of the result changed.",
    );
  });
});
