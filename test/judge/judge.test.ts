import { describe, expect, test } from "vitest";
import { DEFAULT_JUDGING, parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { BUILT_AT, buildFacts, builtFingerprint } from "../support/facts.ts";

describe("judge", () => {
  test("ranks by severity, then affected customers, then calls", () => {
    const facts = buildFacts([
      { method: "eth_call", count: 5, customer: "cus_a", findings: [{ kind: "field-added" }] },
      {
        method: "eth_call",
        count: 9,
        customer: "cus_a",
        findings: [{ kind: "error-code-changed", path: "/error/code" }],
      },
      { method: "eth_getLogs", count: 3, customer: "cus_a", findings: [{ kind: "field-removed" }] },
      { method: "eth_getLogs", count: 3, customer: "cus_b", findings: [{ kind: "field-removed" }] },
    ]);
    const { findings } = judge(facts, DEFAULT_JUDGING, [], BUILT_AT);
    expect(findings.map(({ kind, calls }) => [kind, calls])).toEqual([
      ["field-removed", 6],
      ["error-code-changed", 9],
      ["field-added", 5],
    ]);
  });

  test("writes a limit's reason with its numbers and bounds", () => {
    const facts = buildFacts([
      { method: "eth_call", count: 198_204 - 1_412 },
      { method: "eth_call", count: 1_412, findings: [{ kind: "letter-case-changed" }] },
    ]);
    const { verdict } = judge(facts, DEFAULT_JUDGING, [], BUILT_AT);
    expect(verdict.verdict).toBe("fail");
    expect(verdict.reasons[0]).toEqual({
      code: "limit.mismatchRate",
      verdict: "fail",
      text: "limit.mismatchRate 0.0071 > 0.005 (1,412 of 198,204; 95 % 0.0068 to 0.0075)",
    });
  });

  test("counts the calls of two findings once", () => {
    const facts = buildFacts([
      { method: "eth_call", count: 3_000 },
      {
        method: "eth_call",
        count: 40,
        findings: [
          { kind: "letter-case-changed", path: "/result/a" },
          { kind: "letter-case-changed", path: "/result/b" },
        ],
      },
    ]);
    const { reasons } = judge(facts, DEFAULT_JUDGING, [], BUILT_AT).verdict;
    expect(reasons.find(({ code }) => code === "limit.mismatchRate")?.text).toContain(
      "(40 of 3,040;",
    );
  });

  test("a severity rule of the configuration outranks the kind's default and says why", () => {
    const configuration = parseJudging({
      severity: [
        {
          kind: "field-removed",
          method: "eth_call",
          severity: "info",
          reason: "agreed with all customers",
        },
      ],
    });
    const facts = buildFacts([
      { method: "eth_call", count: 5, findings: [{ kind: "field-removed" }] },
    ]);
    const [finding] = judge(facts, configuration, [], BUILT_AT).findings;
    expect(finding).toMatchObject({
      fingerprint: builtFingerprint("field-removed", "eth_call"),
      severity: "info",
      severityReason: "agreed with all customers",
    });
  });
});
