import { describe, expect, test } from "vitest";
import { againstBaseline, goneSince } from "../../src/judge/baseline.ts";
import { DEFAULT_JUDGING } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import type { JudgedRun } from "../../src/model/judged.ts";
import type { RunHeader } from "../../src/model/run.ts";
import { BUILT_AT, buildFacts } from "../support/facts.ts";

/** Of every run here but those that are told otherwise. */
const { recordings } = buildFacts([{ method: "eth_call", count: 7 }]).header;

/** A run of `of` calls of which the first `hits` have a field less. */
function run(
  hits: number,
  of: number,
  header: Partial<RunHeader> = {},
  complete = true,
): JudgedRun {
  const facts = buildFacts([
    { method: "eth_call", count: of - hits },
    ...(hits > 0
      ? [{ method: "eth_call", count: hits, findings: [{ kind: "field-removed" as const }] }]
      : []),
  ]);
  return judge(
    { ...facts, complete, header: { ...facts.header, recordings, ...header } },
    DEFAULT_JUDGING,
    [],
    BUILT_AT,
  );
}

const OTHER: Partial<RunHeader> = { id: "other", recordings: [] };

describe("against an earlier run a finding", () => {
  test.each([
    ["is new where that run had none", run(0, 1_000), "new"],
    ["is still there at the same rate", run(100, 1_000), "still-there"],
    ["is still there where chance explains the more", run(95, 1_000), "still-there"],
    ["has grown where chance does not", run(10, 1_000), "grown"],
    ["is still there where it was more frequent", run(900, 1_000), "still-there"],
  ])("%s", (_, before, since) => {
    expect(againstBaseline(run(100, 1_000).findings, before).map((one) => one.since)).toEqual([
      since,
    ]);
  });
});

describe("what an earlier run had and this one has not", () => {
  test.each([
    ["is gone after many calls without it", 100, 1_000, 1_000, "gone"],
    // (1 - 1/10) ^ 28 = 0.052, ^ 29 = 0.047: below one in twenty.
    ["is not gone after 28 calls of what came in one of ten", 100, 1_000, 28, "not asked"],
    ["is gone after 29 of them", 100, 1_000, 29, "gone"],
    ["is gone after one call of what came in all", 1_000, 1_000, 1, "gone"],
  ])("%s", (_, hits, of, asked, place) => {
    const { gone, notAsked } = goneSince(run(0, asked, OTHER), run(hits, of));
    expect({ gone: gone.length, notAsked: notAsked.length }).toEqual(
      place === "gone" ? { gone: 1, notAsked: 0 } : { gone: 0, notAsked: 1 },
    );
    const [group] = [...gone, ...notAsked];
    expect(group?.reason).toMatch(
      new RegExp(`^in ${hits.toLocaleString("en")} of ${of.toLocaleString("en")} calls of run `),
    );
  });

  test("is gone after few calls where the same recordings were asked whole", () => {
    expect(goneSince(run(0, 28), run(100, 1_000)).gone).toHaveLength(1);
    expect(goneSince(run(0, 28, {}, false), run(100, 1_000)).gone).toHaveLength(0);
  });

  test.each(["include", "exclude", "limit"])("is not, where another %s was asked", (name) => {
    const other = run(0, 28, { options: { [name]: "eth_call" } });
    expect(goneSince(other, run(100, 1_000)).notAsked).toHaveLength(1);
  });

  test("was not asked where its method was not, or nothing of it was compared then", () => {
    const none = judge(
      buildFacts([{ method: "eth_chainId", count: 9_000 }], {}),
      DEFAULT_JUDGING,
      [],
      BUILT_AT,
    );
    const elsewhere = {
      ...none,
      facts: { ...none.facts, header: { ...none.facts.header, ...OTHER } },
    };
    expect(goneSince(elsewhere as JudgedRun, run(1_000, 1_000)).notAsked).toHaveLength(1);
    const before = run(100, 1_000);
    const uncompared = {
      ...before,
      findings: before.findings.map((finding) => ({ ...finding, calls: 0, comparedCalls: 0 })),
    };
    expect(goneSince(run(0, 1_000, OTHER), uncompared).notAsked).toHaveLength(1);
  });

  test("is neither where this run has it, as a finding or as noise", () => {
    const before = run(100, 1_000);
    const now = run(0, 1_000, OTHER);
    expect(goneSince({ ...now, findings: before.findings }, before)).toEqual({
      gone: [],
      notAsked: [],
    });
    const dismissed = before.findings.map(({ fingerprint, kind, method, path }) => ({
      fingerprint,
      kind,
      method,
      path,
      reason: "",
    }));
    expect(goneSince({ ...now, dismissed }, before)).toEqual({ gone: [], notAsked: [] });
  });
});
