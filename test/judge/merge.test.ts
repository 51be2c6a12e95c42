import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { mergeFacts } from "../../src/judge/merge.ts";
import type { RunFacts } from "../../src/model/run.ts";
import { BUILT_AT, buildFacts, type BuiltCalls } from "../support/facts.ts";

function shard(
  id: string,
  rows: readonly BuiltCalls[],
  overrides: Partial<RunFacts> = {},
): RunFacts {
  const facts = buildFacts(rows, overrides);
  return { ...facts, header: { ...facts.header, id } };
}

const row: fc.Arbitrary<BuiltCalls> = fc.record(
  {
    method: fc.constantFrom("eth_call", "eth_getLogs", "eth_getBalance"),
    count: fc.integer({ min: 1, max: 50 }),
    customer: fc.constantFrom("cus_a", "cus_b", "cus_c"),
    weight: fc.constantFrom(1, 2.5, 40),
    findings: fc.uniqueArray(
      fc.record({
        kind: fc.constantFrom("field-removed", "field-added", "letter-case-changed"),
        path: fc.constantFrom("/result/a", "/result/*/b"),
        confidence: fc.constantFrom("confirmed", "probable", "flaky"),
      }),
      { maxLength: 2, selector: ({ kind, path }) => `${kind} ${path}` },
    ),
    latency: fc.constantFrom((call: number) => [10 + (call % 3), 12 + (call % 4)] as const),
  },
  { requiredKeys: ["method", "count"] },
);

function sorted(rows: readonly unknown[]): string[] {
  return rows.map((one) => JSON.stringify(one)).sort();
}

/** What is counted, without the order in which it came. */
function counted(facts: RunFacts): unknown {
  return {
    counts: facts.counts,
    methods: sorted(
      facts.methods.map((row) => ({
        counts: [
          row.method,
          row.calls,
          row.compared,
          row.same,
          row.different,
          row.uncomparable,
          row.skipped,
        ],
        weights: [row.weight, row.weightSquares, row.comparedWeight].map((one) => one.toFixed(6)),
        bytes: row.bytes,
      })),
    ),
    groups: sorted(
      facts.groups.map(({ fingerprint, calls, confidence }) => ({
        fingerprint,
        calls,
        confidence,
      })),
    ),
    customers: sorted(facts.customers.map(({ id, calls, compared }) => ({ id, calls, compared }))),
    signatures: facts.signatures.reduce((sum, { calls }) => sum + calls, 0),
  };
}

function timed(count: number, ms: number): readonly BuiltCalls[] {
  return [{ method: "eth_call", count, latency: () => [ms, ms] }];
}

describe("runs as one", () => {
  test("shards merge to what the whole would have been, and to its verdict", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.array(row, { minLength: 1 }),
        (first, second) => {
          const whole = buildFacts([...first, ...second]);
          const merged = mergeFacts([shard("one", first), shard("two", second)]);
          expect(counted(merged)).toEqual(counted(whole));
          const settings = parseJudging({ require: { comparedCalls: 10, callsPerMethod: 1 } });
          const { verdict } = judge(merged, settings, [], BUILT_AT).verdict;
          expect(verdict).toBe(judge(whole, settings, [], BUILT_AT).verdict.verdict);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("one run is itself", () => {
    const facts = buildFacts([{ method: "eth_call", count: 3 }]);
    expect(mergeFacts([facts])).toEqual(facts);
  });

  test("the whole is as old and as unfinished as its weakest part", () => {
    const rows: readonly BuiltCalls[] = [{ method: "eth_call", count: 2_000 }];
    const merged = mergeFacts([
      shard("new", rows),
      shard("old", rows, {
        finishedAt: "2026-11-19T10:00:00Z",
        complete: false,
        incompleteReason: "interrupted",
      }),
    ]);
    expect(merged).toMatchObject({
      complete: false,
      incompleteReason: "old: interrupted",
      finishedAt: "2026-11-19T10:00:00Z",
      header: { id: "new+old", command: "merged", options: {} },
    });
    const codes = judge(merged, parseJudging({}), [], BUILT_AT).verdict.reasons.map(
      ({ code, verdict }) => `${verdict} ${code}`,
    );
    expect(codes).toEqual(
      expect.arrayContaining(["inconclusive run.incomplete", "inconclusive require.maxAge"]),
    );
  });

  test("other networks and other versions are refused", () => {
    const rows: readonly BuiltCalls[] = [{ method: "eth_call", count: 1 }];
    const one = shard("one", rows);
    const elsewhere = {
      ...shard("two", rows),
      header: { ...one.header, id: "two", network: { chainId: "5", genesisHash: null } },
    };
    expect(() => mergeFacts([one, elsewhere])).toThrow("different networks");
    const candidate = [
      { url: "http://other", clientVersion: "Geth/v1.17.1-stable", capabilities: {} },
    ];
    const later = { ...shard("two", rows), header: { ...one.header, id: "two", candidate } };
    expect(() => mergeFacts([one, later])).toThrow("other versions as candidate");
    expect(() => mergeFacts([])).toThrow("No run");
  });

  test("hosts of their own are targets of their own", () => {
    const rows: readonly BuiltCalls[] = [
      { method: "eth_call", count: 1, findings: [{ kind: "field-removed" }] },
    ];
    const one = shard("one", rows);
    const candidate = [
      { url: "http://other:8545", clientVersion: "Geth/v1.17.0", capabilities: {} },
    ];
    const two = { ...shard("two", rows), header: { ...one.header, id: "two", candidate } };
    const merged = mergeFacts([one, two]);
    expect(merged.header.candidate.map(({ url }) => url)).toEqual([
      "http://127.0.0.1:8645",
      "http://other:8545",
    ]);
    expect(merged.groups[0]?.targets).toEqual({ seen: [0, 1], of: 2 });
  });

  test("a cause holds only where every run has it", () => {
    const cause = { kind: "value-changed", path: "/result/hash" } as const;
    const effect = { kind: "value-changed", path: "/result/parentHash" } as const;
    const explained: readonly BuiltCalls[] = [
      { method: "eth_call", count: 1, findings: [cause, { ...effect, causedBy: cause }] },
    ];
    const alone: readonly BuiltCalls[] = [{ method: "eth_call", count: 1, findings: [effect] }];
    const causes = (facts: RunFacts): unknown =>
      facts.groups.find(({ path }) => path === effect.path)?.causedBy;
    expect(causes(mergeFacts([shard("one", explained), shard("two", explained)]))).not.toBeNull();
    expect(causes(mergeFacts([shard("one", explained), shard("two", alone)]))).toBeNull();
  });

  test("latency samples stay fair: each run gives the same share of its calls", () => {
    const large = shard("large", timed(900, 5));
    const cut = large.methods.map((method) => ({
      ...method,
      latency: method.latency && { ...method.latency, pairs: method.latency.pairs.slice(0, 90) },
    }));
    const merged = mergeFacts([{ ...large, methods: cut }, shard("small", timed(100, 50))]);
    const latency = merged.methods[0]?.latency;
    expect(latency?.pairs.filter(([ms]) => ms === 5)).toHaveLength(90);
    expect(latency?.pairs.filter(([ms]) => ms === 50)).toHaveLength(10);
    expect(latency?.old).toMatchObject({ p50: 8, p95: 64 });
  });

  test("a case that one shard showed need not be shown by another", () => {
    const row = { name: "totalDifficulty", title: "", source: null, reason: null } as const;
    const rows: readonly BuiltCalls[] = [{ method: "eth_call", count: 1 }];
    const merged = mergeFacts([
      shard("one", rows, { cases: [{ ...row, outcome: "open" }] }),
      shard("two", rows, { cases: [{ ...row, outcome: "confirmed" }] }),
    ]);
    expect(merged.cases).toEqual([{ ...row, outcome: "confirmed" }]);
  });
});
