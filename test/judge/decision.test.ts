import { describe, expect, test } from "vitest";
import { DEFAULT_JUDGING, type JudgeConfiguration } from "../../src/config/judging.ts";
import { decisionOf, decisionText, reasonMeaning } from "../../src/judge/decision.ts";
import { judge } from "../../src/judge/judge.ts";
import { BUILT_AT, buildFacts, type BuiltCalls } from "../support/facts.ts";

const LOW: JudgeConfiguration = {
  ...DEFAULT_JUDGING,
  limits: {},
  require: { ...DEFAULT_JUDGING.require, comparedCalls: 1, callsPerMethod: 1, methodCoverage: 0 },
};

function textOf(
  rows: readonly BuiltCalls[],
  configuration: JudgeConfiguration = LOW,
  names: ReadonlyMap<string, string> = new Map(),
): string {
  return decisionText(decisionOf(judge(buildFacts(rows), configuration, [], BUILT_AT), names));
}

describe("a decision that a manager can act on", () => {
  test("says what breaks, whom, how much, how sure, what was not tested and when", () => {
    const rows: BuiltCalls[] = [
      { method: "eth_chainId", count: 985, customer: "cus_a" },
      {
        method: "eth_getLogs",
        count: 10,
        customer: "cus_b",
        findings: [{ kind: "result-to-error", path: "" }],
      },
      { method: "eth_sendRawTransaction", count: 5, state: "skipped", reason: "writes" },
    ];
    expect(textOf(rows, LOW, new Map([["cus_b", "Example Indexer"]]))).toBe(
      "Not yet: 1 breaking change, eth_getLogs: a result became an error. 1 of 2 customers (Example Indexer), 1 % of traffic, confirmed 10 of 10. 0.5 % was not tested (writes). Traffic of 20 Nov, run 21 Nov.",
    );
  });

  test("names the customers that a limit names", () => {
    const id = `cus_${"a".repeat(16)}`;
    const rows = [
      {
        method: "eth_call",
        count: 1,
        customer: id,
        findings: [{ kind: "field-removed" as const }],
      },
    ];
    const judged = judge(buildFacts(rows), DEFAULT_JUDGING, [], BUILT_AT);
    const limit = decisionOf(judged, new Map([[id, "Acme"]])).limits.find(
      ({ code }) => code === "limit.affectedCustomers",
    );
    expect(limit?.text).toBe("limit.affectedCustomers 1 > 0 (Acme)");
  });

  test("two keys of one customer are one", () => {
    const findings = [{ kind: "field-removed", path: "/result/v" }] as const;
    const rows = ["cus_a", "cus_b"].map((customer) => ({
      method: "eth_call",
      count: 1,
      customer,
      findings,
    }));
    const names = new Map([
      ["cus_a", "Acme"],
      ["cus_b", "Acme"],
    ]);
    expect(textOf(rows, LOW, names)).toContain("1 of 1 customer (Acme)");
  });

  test("one field that is gone in three methods is one change; each kind is another", () => {
    const removed = { kind: "field-removed", path: "/result/v" } as const;
    const rows = ["eth_a", "eth_b", "eth_c"].map((method) => ({
      method,
      count: 1,
      findings:
        method === "eth_c" ? [removed, { ...removed, kind: "value-to-null" as const }] : [removed],
    }));
    expect(textOf(rows)).toContain("2 breaking changes, the first: v is gone in 3 methods");
  });

  test("a change is counted and named as the page groups it, its flaky findings among it", () => {
    const removed = { kind: "field-removed", path: "/result/v" } as const;
    const rows: BuiltCalls[] = ["eth_a", "eth_b"].map((method) => ({
      method,
      count: 1,
      findings: [method === "eth_a" ? removed : { ...removed, confidence: "flaky" as const }],
    }));
    expect(textOf(rows)).toContain("1 breaking change, v is gone in 2 methods");
    const lost = rows.map((row) => ({
      ...row,
      findings: [{ kind: "error-data-lost" as const, path: "/error/data" }],
    }));
    expect(textOf(lost)).toContain("1 breaking change, the error lost its data in 2 methods");
  });

  test("goes on where nothing is open, and says that all was compared", () => {
    expect(textOf([{ method: "eth_call", count: 50 }])).toBe(
      "Go: no breaking or risky change in 50 compared calls. Everything that was recorded was compared. Traffic of 20 Nov, run 21 Nov.",
    );
  });

  test("never says that a limit is passed where that can't be told", () => {
    const text = textOf([{ method: "eth_call", count: 5 }], DEFAULT_JUDGING);
    expect(text).toContain(
      "Can’t say yet: too few calls were compared to tell whether more are answered differently than is allowed",
    );
  });

  test("does not call everything compared where the run stopped, nor nobody affected who is not known", () => {
    const rows: BuiltCalls[] = [
      { method: "eth_call", count: 5, customer: "cus_a" },
      { method: "eth_call", count: 5, findings: [{ kind: "field-removed" }] },
    ];
    const facts = buildFacts(rows, { complete: false, incompleteReason: "interrupted" });
    const text = decisionText(decisionOf(judge(facts, LOW, [], BUILT_AT)));
    expect(text).not.toContain("Everything");
    expect(text).toContain("No customer that is known, 50 % of traffic");
    expect(text).toContain("What the run had not come to when it stopped was not tested.");
  });

  test("says first that nothing was compared", () => {
    const rows: BuiltCalls[] = [
      { method: "eth_call", count: 5, state: "uncomparable", reason: "head-moved" },
    ];
    expect(textOf(rows, DEFAULT_JUDGING)).toMatch(/^Can’t say yet: nothing was compared, and \d/);
    expect(textOf(rows, DEFAULT_JUDGING)).toContain("100 % was not tested (head moved)");
  });

  test("a limit that is passed stands before what can't be told, and beside what was found", () => {
    const rows: BuiltCalls[] = [
      { method: "eth_call", count: 50 },
      { method: "eth_call", count: 50, findings: [{ kind: "letter-case-changed" }] },
    ];
    const text = textOf(rows, DEFAULT_JUDGING);
    expect(text).toMatch(
      /^Not yet: more calls are answered differently than is allowed, and \d further reasons?; 1 risky change, eth_call: the result has another letter case\./,
    );
  });
});

describe("what a reason means", () => {
  test.each([
    ["limit.methods.eth_call.mismatchRate", "fail", "of eth_call, more calls are answered"],
    ["limit.customers.cus_a.mismatchRate", "inconclusive", "for cus_a, too few calls"],
    ["limit.affectedCustomers", "inconclusive", "did not repeat"],
    ["require.noiseRate", "inconclusive", "old too often does not repeat"],
    ["some.other", "inconclusive", "0.2 > 0.1"],
  ] as const)("%s, %s", (code, verdict, words) => {
    expect(reasonMeaning({ code, verdict, text: `${code} 0.2 > 0.1` })).toContain(words);
  });

  test("nothing that could be computed is no excess", () => {
    const [code, verdict] = ["require.noiseRate", "inconclusive"] as const;
    const text = `${code} no call was sent`;
    expect(reasonMeaning({ code, verdict, text })).toMatch(/^old was asked nothing/);
  });

  test("no decision shows the name of a setting", () => {
    for (const count of [0, 1, 5, 100])
      expect(textOf([{ method: "eth_call", count }], DEFAULT_JUDGING)).not.toMatch(
        /limit\.|require\.|run\./,
      );
  });
});
