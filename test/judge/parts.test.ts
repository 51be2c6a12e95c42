import { describe, expect, test } from "vitest";
import { parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { mergeFacts } from "../../src/judge/merge.ts";
import type { RunFacts, RunPart } from "../../src/model/run.ts";
import { BUILT_AT, buildFacts } from "../support/facts.ts";

interface Changes {
  readonly part?: Partial<RunPart>;
  readonly parts?: readonly RunPart[];
  readonly complete?: boolean;
  readonly finishedAt?: string;
  readonly url?: string;
}

const WHOLE: RunPart = { work: "w", contents: ["c"], shards: [0], of: 1, plan: null };

function run(id: string, changes: Changes = {}): RunFacts {
  const facts = buildFacts([{ method: "eth_call", count: 100 }], {
    complete: changes.complete ?? true,
    finishedAt: changes.finishedAt ?? BUILT_AT.toISOString(),
  });
  const { url = "http://127.0.0.1:8645" } = changes;
  const candidate = facts.header.candidate.map((target) => ({ ...target, url }));
  const parts = changes.parts ?? [{ ...WHOLE, ...changes.part }];
  return { ...facts, header: { ...facts.header, id, candidate, parts } };
}

function shard(id: string, index: number, of: number, changes: Changes = {}): RunFacts {
  return run(id, { ...changes, part: { shards: [index], of, ...changes.part } });
}

function window(from: number, until: number): Changes {
  return { part: { window: { from, until } } };
}

function reasons(facts: RunFacts): string[] {
  const settings = parseJudging({ require: { comparedCalls: 150, callsPerMethod: 1 } });
  const { reasons, notes } = judge(facts, settings, [], BUILT_AT).verdict;
  return [...reasons.map(({ text }) => text), ...notes];
}

describe("the same part twice", () => {
  test("counts once: the newest complete one, whichever is given first", () => {
    const old = run("old", { finishedAt: "2026-11-20T10:00:00Z" });
    const cut = run("cut", { finishedAt: "2026-11-21T09:30:00Z", complete: false });
    const best = run("best", { finishedAt: "2026-11-21T09:00:00Z" });
    for (const order of [
      [old, cut, best],
      [best, old, cut],
      [cut, best, old],
    ]) {
      const merged = mergeFacts(order);
      expect(merged.header.id).toBe("best");
      expect(merged.counts.compared).toBe(100);
      expect(merged.repeated?.map(({ id }) => id).sort()).toEqual(["cut", "old"]);
    }
  });

  test("can't meet a requirement, and is named", () => {
    const texts = reasons(mergeFacts([run("one"), run("two")]));
    expect(texts).toContain(
      "run.repeated two is all of sample.sqlite once more and does not count; one does",
    );
    expect(texts.find((text) => text.startsWith("require.comparedCalls"))).toContain("100 < 150");
  });

  test("one folder given twice is the same run", () => {
    const facts = run("one");
    expect(mergeFacts([facts, facts]).counts.compared).toBe(100);
  });

  test("an incomplete one counts, as such, where no complete one is there", () => {
    const merged = mergeFacts([run("a", { complete: false }), run("b", { complete: false })]);
    expect(merged.complete).toBe(false);
    expect(merged.counts.compared).toBe(100);
  });

  test("of other nodes is refused, but for shards of a plan, which go where there is room", () => {
    const here = run("here");
    expect(() => mergeFacts([here, run("there", { url: "http://other:1" })])).toThrow(
      "asked the same calls of other nodes",
    );
    const plan = { plan: "p" };
    const merged = mergeFacts([
      shard("a", 0, 1, { part: plan }),
      shard("b", 0, 1, { part: plan, url: "http://other:1" }),
    ]);
    expect(merged.counts.compared).toBe(100);
  });
});

describe("shards", () => {
  test("all of them make the whole, in any order", () => {
    const merged = mergeFacts([shard("c", 2, 3), shard("a", 0, 3), shard("b", 1, 3)]);
    expect(merged.missing).toBeUndefined();
    expect(merged.counts.compared).toBe(300);
    expect(reasons(merged).join("\n")).not.toContain("shardsMissing");
  });

  test("that are missing leave the verdict open, and are named", () => {
    expect(reasons(mergeFacts([shard("a", 1, 4)]))).toContain(
      "run.shardsMissing 3 of 4: shards 0, 2, 3 of sample.sqlite",
    );
    const merged = mergeFacts([shard("a", 0, 400), shard("b", 399, 400)]);
    expect(reasons(merged)).toContain(
      "run.shardsMissing 398 of 400: shards 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 388 more of sample.sqlite",
    );
  });

  test("of another division, of another selection, or beside the whole are refused", () => {
    const whole = run("whole");
    expect(() => mergeFacts([whole, shard("a", 0, 2)])).toThrow("hold some of the same calls");
    expect(() => mergeFacts([shard("a", 0, 2), shard("b", 0, 3)])).toThrow("count twice");
    expect(() => mergeFacts([whole, run("b", { part: { work: "only eth_call" } })])).toThrow(
      "twice",
    );
    const both = run("both", { part: { work: "w2", contents: ["c", "d"] } });
    expect(() => mergeFacts([whole, both])).toThrow("count twice");
  });

  test("a merged run stands for its shards", () => {
    const merged = mergeFacts([shard("a", 0, 3), shard("b", 1, 3)]);
    expect(mergeFacts([merged, shard("c", 2, 3)]).missing).toBeUndefined();
    expect(() => mergeFacts([merged, shard("b2", 1, 3)])).toThrow("count twice");
  });

  test("recordings of their own add up", () => {
    const other = run("other", { part: { work: "v", contents: ["d"] } });
    expect(mergeFacts([run("one"), other]).counts.compared).toBe(200);
  });
});

test("windows of a live run add up where they do not overlap", () => {
  expect(mergeFacts([run("a", window(0, 10)), run("b", window(10, 20))]).counts.compared).toBe(200);
  expect(mergeFacts([run("a", window(0, 10)), run("b", window(0, 10))]).counts.compared).toBe(100);
  expect(() => mergeFacts([run("a", window(0, 10)), run("b", window(5, 20))])).toThrow("twice");
});
