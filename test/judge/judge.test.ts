import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_JUDGING, parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { BUILT_AT, buildFacts, builtFingerprint, type BuiltCalls } from "../support/facts.ts";

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

  test("findings of one cause are one reason, whatever their order and however long the chain", () => {
    const cause = { kind: "value-changed", path: "/result/hash", confidence: "flaky" } as const;
    const effect = {
      kind: "value-changed",
      path: "/result/parentHash",
      confidence: "flaky",
      causedBy: cause,
    } as const;
    const second = {
      kind: "value-changed",
      path: "/result/blockHash",
      confidence: "confirmed",
      causedBy: effect,
    } as const;
    const facts = buildFacts([
      { method: "eth_call", count: 3_100, findings: [second, effect, cause] },
    ]);
    const reasons = judge(facts, parseJudging({ limits: {} }), [], BUILT_AT).verdict.reasons.filter(
      ({ code }) => code.startsWith("finding."),
    );
    expect(reasons).toHaveLength(1);
    // One of them was confirmed, so the cause is no accident.
    expect(reasons[0]).toMatchObject({
      verdict: "fail",
      text: expect.stringContaining(
        "/result/hash (3,100 of 3,100; flaky, new; explains 2 more findings)",
      ),
    });
  });

  test("findings that explain each other do not explain each other away", () => {
    const one = { kind: "value-changed", path: "/result/a" } as const;
    const other = { kind: "value-changed", path: "/result/b" } as const;
    const findings = [
      { ...one, causedBy: other },
      { ...other, causedBy: one },
    ];
    const facts = buildFacts([{ method: "eth_call", count: 3_100, findings }]);
    const { verdict, reasons } = judge(facts, parseJudging({ limits: {} }), [], BUILT_AT).verdict;
    expect(verdict).toBe("fail");
    expect(reasons.filter(({ code }) => code === "finding.breaking")).toHaveLength(2);
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

const row: fc.Arbitrary<BuiltCalls> = fc.record(
  {
    method: fc.constantFrom(
      "eth_call",
      "eth_getLogs",
      "web3_clientVersion",
      "GET /v2/info",
      "__proto__",
      "",
    ),
    count: fc.integer({ min: 1, max: 3_000 }),
    customer: fc.constantFrom("cus_a", "cus_b", "constructor"),
    state: fc.constantFrom("uncomparable", "skipped"),
    weight: fc.constantFrom(1, 3, 100),
    agreedOnError: fc.boolean(),
    findings: fc.uniqueArray(
      fc.record({
        kind: fc.constantFrom(
          "field-removed",
          "field-added",
          "letter-case-changed",
          "latency-regression",
        ),
        path: fc.constantFrom("", "/result/a", "/result/*/b"),
        confidence: fc.constantFrom("confirmed", "probable", "flaky"),
      }),
      { maxLength: 3, selector: ({ kind, path }) => `${kind} ${path}` },
    ),
  },
  { requiredKeys: ["method", "count"] },
);

describe("whatever the run", () => {
  test("the verdict is its worst reason, and the order of the facts changes nothing", () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const facts = buildFacts(rows);
        const judged = judge(facts, DEFAULT_JUDGING, [], BUILT_AT);
        const said = judged.verdict.reasons.map(({ verdict }) => verdict);
        const worst = (["fail", "inconclusive", "pass"] as const).find((verdict) =>
          said.includes(verdict),
        );
        expect(judged.verdict.verdict).toBe(worst);
        const turned = {
          ...facts,
          groups: facts.groups.toReversed(),
          signatures: facts.signatures.toReversed(),
        };
        const { findings, verdict } = judge(turned, DEFAULT_JUDGING, [], BUILT_AT);
        expect({ findings, verdict }).toEqual({
          findings: judged.findings,
          verdict: judged.verdict,
        });
      }),
    );
  });

  test("a confirmed breaking finding fails it", () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const facts = buildFacts([
          ...rows,
          { method: "eth_new", count: 1, findings: [{ kind: "result-to-null" }] },
        ]);
        expect(judge(facts, DEFAULT_JUDGING, [], BUILT_AT).verdict.verdict).toBe("fail");
      }),
    );
  });

  test("a number that is none, anywhere in what is counted, never passes", () => {
    const facts = buildFacts([
      { method: "eth_call", count: 3_000, customer: "cus_a", latency: () => [5, 5] },
      { method: "eth_call", count: 100, customer: "cus_a", findings: [{ kind: "field-added" }] },
      { method: "eth_getLogs", count: 10, state: "uncomparable" },
    ]);
    expect(judge(facts, DEFAULT_JUDGING, [], BUILT_AT).verdict.verdict).toBe("pass");
    const { counts, notCompared, groups, signatures, customers } = facts;
    const methods = facts.methods.map((method) => ({
      ...method,
      latency: method.latency && { ...method.latency, pairs: method.latency.pairs.slice(0, 40) },
    }));
    const places = numbersIn({ counts, methods, notCompared, groups, signatures, customers }, []);
    expect(places.length).toBeGreaterThan(100);
    for (const place of places) {
      for (const wrong of [Number.NaN, -1, Infinity, -Infinity]) {
        const broken = structuredClone({ ...facts, methods });
        put(broken, place, wrong);
        const { verdict } = judge(broken, DEFAULT_JUDGING, [], BUILT_AT).verdict;
        expect([...place, wrong, verdict]).not.toContain("pass");
      }
    }
  });
});

function numbersIn(value: unknown, path: readonly string[]): (readonly string[])[] {
  if (typeof value === "number") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, own]) => numbersIn(own, [...path, key]));
}

function put(root: object, path: readonly string[], value: number): void {
  const owner = path
    .slice(0, -1)
    .reduce<unknown>((here, key) => Reflect.get(Object(here), key), root);
  Reflect.set(Object(owner), path.at(-1) ?? "", value);
}
