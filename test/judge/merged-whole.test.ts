import { describe, expect, test } from "vitest";
import { mergeFacts } from "../../src/judge/merge.ts";
import type { CustomerFacts, RunFacts } from "../../src/model/run.ts";
import { buildFacts } from "../support/facts.ts";

function runOf(id: string, more: Partial<RunFacts>): RunFacts {
  const facts = buildFacts([{ method: "eth_call", count: 1 }], more);
  return { ...facts, header: { ...facts.header, id } };
}

function both(a: Partial<RunFacts>, b: Partial<RunFacts>): RunFacts {
  return mergeFacts([runOf("a", a), runOf("b", b)]);
}

const CUSTOMER: CustomerFacts = {
  id: "cus_a",
  calls: 1,
  weight: 2,
  weightSquares: 3,
  compared: 4,
  lastSeen: 50,
  methods: [{ method: "eth_call", calls: 1 }],
};

describe("of several runs", () => {
  test("customers add up, with the last moment that either saw them", () => {
    const later = {
      ...CUSTOMER,
      calls: 10,
      weight: 20,
      weightSquares: 30,
      compared: 40,
      lastSeen: 60,
      methods: [
        { method: "eth_call", calls: 10 },
        { method: "net_version", calls: 5 },
      ],
    };
    const whole = {
      id: "cus_a",
      calls: 11,
      weight: 22,
      weightSquares: 33,
      compared: 44,
      lastSeen: 60,
      methods: [
        { method: "eth_call", calls: 11 },
        { method: "net_version", calls: 5 },
      ],
    };
    expect(both({ customers: [CUSTOMER] }, { customers: [later] }).customers).toEqual([whole]);
    const never = { ...CUSTOMER, lastSeen: null };
    expect(both({ customers: [never] }, { customers: [never] }).customers).toMatchObject([
      { lastSeen: null },
    ]);
    expect(both({ customers: [never] }, { customers: [CUSTOMER] }).customers).toMatchObject([
      { lastSeen: 50 },
    ]);
  });

  test("counts, requests, reasons, noise and signatures add up", () => {
    const counts = {
      exchanges: 1,
      calls: 2,
      compared: 3,
      same: 4,
      different: 5,
      uncomparable: 6,
      skipped: 7,
    };
    const notCompared = {
      state: "skipped" as const,
      reason: "writes",
      method: "x",
      calls: 1,
      weight: 2,
    };
    const noise = {
      method: "x",
      path: "/a",
      kind: "value-changed" as const,
      candidateOnly: 1,
      controlOnly: 2,
      both: 3,
    };
    const signature = {
      method: "x",
      customer: null,
      fingerprints: ["aa"],
      confidence: "confirmed" as const,
      calls: 1,
      weight: 2,
      weightSquares: 3,
    };
    const firm = { method: "x", path: "/a", kind: "value-changed" as const };
    const half = {
      counts,
      sends: 9,
      notCompared: [notCompared],
      noise: [noise],
      signatures: [signature],
      firm: [firm],
    };
    const whole = both(half, {
      ...half,
      notCompared: [notCompared, { ...notCompared, reason: "limit" }],
      signatures: [signature, { ...signature, confidence: "flaky" }],
    });
    expect(whole.counts).toEqual({
      exchanges: 2,
      calls: 4,
      compared: 6,
      same: 8,
      different: 10,
      uncomparable: 12,
      skipped: 14,
    });
    expect(whole.sends).toBe(18);
    expect(whole.notCompared).toEqual([
      { ...notCompared, calls: 2, weight: 4 },
      { ...notCompared, reason: "limit" },
    ]);
    expect(whole.noise).toEqual([{ ...noise, candidateOnly: 2, controlOnly: 4, both: 6 }]);
    expect(whole.signatures).toEqual([
      { ...signature, calls: 2, weight: 4, weightSquares: 6 },
      { ...signature, confidence: "flaky" },
    ]);
    expect(whole.firm).toEqual([firm]);
  });
});
