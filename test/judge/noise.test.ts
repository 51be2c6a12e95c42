import { describe, expect, test } from "vitest";
import { parseJudging } from "../../src/config/judging.ts";
import { siftNoise } from "../../src/judge/noise.ts";
import type { NoiseFacts, RunFacts } from "../../src/model/run.ts";
import { buildFacts } from "../support/facts.ts";

const facts = (row: Partial<NoiseFacts>): RunFacts =>
  buildFacts(
    [
      {
        method: "eth_call",
        count: row.candidateOnly ?? 1,
        findings: [{ kind: "value-changed", confidence: "probable" }],
      },
    ],
    {
      noise: [
        {
          method: "eth_call",
          path: "/result",
          kind: "value-changed",
          candidateOnly: 1,
          controlOnly: 0,
          both: 0,
          ...row,
        },
      ],
    },
  );
const settings = parseJudging({}).noise;

describe("noise", () => {
  test("a path where the control always repeats needs no test: one mismatch stands", () => {
    expect(siftNoise(facts({ candidateOnly: 1 }), settings).kept).toHaveLength(1);
  });

  test("as noisy as old itself is dismissed, with its numbers", () => {
    const { kept, dismissed } = siftNoise(
      facts({ candidateOnly: 30, controlOnly: 25, both: 4 }),
      settings,
    );
    expect(kept).toEqual([]);
    expect(dismissed[0]?.reason).toBe(
      "old did not repeat itself here: only candidate differed in 30 calls, only the control in 25, both in 4 (McNemar, q 0.59 > 0.002)",
    );
  });

  test("less noisy than old is dismissed, however clear", () => {
    expect(siftNoise(facts({ candidateOnly: 1, controlOnly: 60 }), settings).kept).toEqual([]);
  });

  test("says where there were too few calls to tell", () => {
    const { dismissed } = siftNoise(facts({ candidateOnly: 6, controlOnly: 1 }), settings);
    expect(dismissed[0]?.reason).toContain("too few calls to tell");
  });

  test.each<[string, string, number, number, number]>([
    ["eight confirmed beside two that waver", "eth_simulateV1", 8, 2, 1],
    ["two light ones beside fifty", "eth_call", 2, 50, 1],
    ["a heavy one alone, asked again once", "debug_traceCall", 1, 2, 0],
    ["what chance confirms of a coin", "eth_call", 1, 500, 0],
  ])("%s", (_, method, confirmed, controlOnly, kept) => {
    const run = buildFacts(
      [
        {
          method,
          count: confirmed,
          findings: [{ kind: "value-changed", confidence: "confirmed" }],
        },
      ],
      {
        noise: [
          {
            method,
            path: "/result",
            kind: "value-changed",
            candidateOnly: confirmed,
            controlOnly,
            both: 0,
          },
        ],
      },
    );
    expect(siftNoise(run, settings).kept).toHaveLength(kept);
  });

  test("one call that stood however often it was asked for is kept, whatever the others do", () => {
    const noisy = facts({ candidateOnly: 1, controlOnly: 500, both: 20 });
    expect(siftNoise(noisy, settings).kept).toEqual([]);
    const place = { method: "eth_call", path: "/result", kind: "value-changed" } as const;
    expect(siftNoise({ ...noisy, firm: [place] }, settings).kept).toHaveLength(1);
    expect(
      siftNoise({ ...noisy, firm: [{ ...place, method: "eth_getCode" }] }, settings).kept,
    ).toEqual([]);
  });

  test("another kind at the same path is another matter", () => {
    const mixed = facts({ kind: "type-changed", controlOnly: 50 });
    expect(siftNoise(mixed, settings).kept).toHaveLength(1);
  });

  test("many noisy paths share one rate of false discoveries", () => {
    // q of a single test is 0.0019, of a hundred with the same numbers still that, but beside 99 silent ones 0.19.
    const paths = Array.from(
      { length: 100 },
      (_, index) => `/result/${String.fromCodePoint(97 + (index % 26))}${index}x`,
    );
    const noise = paths.map((path, index) => ({
      method: "eth_call",
      path,
      kind: "value-changed" as const,
      candidateOnly: index === 0 ? 12 : 5,
      controlOnly: index === 0 ? 1 : 5,
      both: 0,
    }));
    const rows = paths.map((path) => ({
      method: "eth_call",
      count: 5,
      findings: [{ kind: "value-changed" as const, path, confidence: "probable" as const }],
    }));
    const one = siftNoise(buildFacts(rows.slice(0, 1), { noise: noise.slice(0, 1) }), {
      ...settings,
      falseDiscoveryRate: 0.005,
    });
    const all = siftNoise(buildFacts(rows, { noise }), { ...settings, falseDiscoveryRate: 0.005 });
    expect(one.kept).toHaveLength(1);
    expect(all.kept).toHaveLength(0);
  });
});
