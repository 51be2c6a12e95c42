import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { wordsAt } from "../../src/classify/advice/index.ts";
import { isCutValue, standIn } from "../../src/model/cut-value.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { sentence } from "../../src/notice/compose/sentence.ts";

/** As a run keeps a long value. */
function kept(value: JsonValue): string {
  const text = JSON.stringify(value);
  const hash = createHash("sha256").update(text).digest("hex");
  return `${text.slice(0, 1_000)}… (${text.length} characters, sha256 ${hash})`;
}

const TRACE = kept({ structLogs: Array.from({ length: 9_000 }, (_, pc) => ({ pc })) });
const LIST = kept(Array.from({ length: 40_000 }, (_, index) => index));
const CODE = kept(`0x${"ab".repeat(50_000)}`);

describe("a value that was too long to keep", () => {
  test("is known by its form, and keeps its type", () => {
    for (const value of [TRACE, LIST, CODE]) expect(isCutValue(value)).toBe(true);
    expect(isCutValue("0x… (12 characters)")).toBe(false);
    expect([standIn(TRACE), standIn(LIST), standIn(CODE), standIn(5)]).toEqual([
      { structLogs: "" },
      [],
      CODE,
      5,
    ]);
  });

  test("is told by its own type, not as the text that stands for it", () => {
    const facts = {
      kind: "type-changed",
      method: "debug_traceTransaction",
      path: "/result",
      values: { old: TRACE, candidate: LIST },
    } as const;
    expect(wordsAt(facts).sees).toBe(
      "The result of debug_traceTransaction was an object and is now a list.",
    );
    expect(sentence(facts)).toBe("The type of the result in `debug_traceTransaction` changes.");
  });

  test("hides nothing of the other side", () => {
    const { sees } = wordsAt({
      kind: "result-to-error",
      method: "debug_traceTransaction",
      path: "",
      values: { old: TRACE, candidate: { error: { code: -32000, message: "too many logs" } } },
    });
    expect(sees).toContain('the error "too many logs"');
    expect(
      wordsAt({
        kind: "field-renamed",
        method: "trace_block",
        path: "/result/structLogs",
        values: { old: TRACE, candidate: { steps: [] } },
      }).sees,
    ).toBe("structLogs is called steps in the answer of trace_block.");
  });
});
