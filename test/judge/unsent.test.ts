import { expect, test } from "vitest";
import { DEFAULT_JUDGING } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { findingsJson } from "../../src/report/view/findings-json.ts";
import { buildView } from "../../src/report/view/build.ts";
import { markdownReport } from "../../src/report/formats/markdown.ts";
import type { RunFacts } from "../../src/model/run.ts";
import { BUILT_AT, buildFacts } from "../support/facts.ts";

const rows = [{ method: "eth_call", count: 93 }];
const whole = buildFacts(rows);

function stopped(changes: Partial<RunFacts> = {}): RunFacts {
  const [recording] = whole.header.recordings;
  return {
    ...whole,
    complete: false,
    incompleteReason: "interrupted",
    header: { ...whole.header, recordings: [{ ...recording!, stored: 300 }] },
    ...changes,
  };
}

function judged(facts: RunFacts) {
  return judge(facts, DEFAULT_JUDGING, [], BUILT_AT);
}

function viewOf(facts: RunFacts) {
  return buildView(judged(facts), {
    texts: () => new Map(),
    decisions: [],
    since: null,
    now: BUILT_AT,
  });
}

test("what an interrupted run did not come to stands in every count and share", () => {
  const { facts } = judged(stopped());
  expect(facts.counts).toMatchObject({ exchanges: 300, calls: 300, compared: 93, skipped: 207 });
  const json = findingsJson(
    judged(stopped()),
    () => new Map(),
    () => ({ patch: null, reason: "" }),
  );
  expect(json.notCompared).toEqual([
    { state: "skipped", reason: "interrupted", method: "(not sent)", calls: 207, share: 207 / 300 },
  ]);
  const view = viewOf(stopped());
  expect(view.coverage.comparedShare).toBeCloseTo(0.31);
  const text = markdownReport(view, 60_000);
  expect(text).toContain("93 of 300 calls compared (31 % of traffic)");
  expect(text).not.toMatch(/100 %|Every call/);
});

test("a run that ended, one that counts what it did not send, and a shard are as they were", () => {
  expect(judged(whole).facts).toEqual(whole);
  const counted = buildFacts([
    ...rows,
    { method: "eth_call", count: 207, state: "skipped" as const, reason: "interrupted" },
  ]);
  expect(judged(stopped({ ...counted, complete: false })).facts.counts.calls).toBe(300);
  const part = { work: "w", contents: ["c"], shards: [0], of: 4, plan: null };
  const shard = stopped();
  expect(judged({ ...shard, header: { ...shard.header, parts: [part] } }).facts.counts.calls).toBe(
    93,
  );
});
