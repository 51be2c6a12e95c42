import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import type { Comparison } from "../../src/model/comparison.ts";
import type { RunFacts } from "../../src/model/run.ts";
import { findingsJson } from "../../src/report/view/findings-json.ts";
import { readRun } from "../../src/runs/reader.ts";
import { openLiveStore } from "../../src/runs/windows/live-store.ts";
import { readWindow } from "../../src/runs/windows/read.ts";
import { comparisonOf, same } from "../support/comparison.ts";
import { buildFacts } from "../support/facts.ts";
import { temporaryFolder } from "../support/folder.ts";

const { header } = buildFacts([]);
const START = Date.UTC(2026, 10, 20, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A live run in a folder, with a clock that the test moves. */
function liveRun(folder = path.join(temporaryFolder(), "run")) {
  let now = START;
  let number = 0;
  const store = openLiveStore(folder, header, () => now);
  return {
    folder,
    store,
    at(time: number): void {
      now = time;
    },
    /** Compares calls and writes them at that time. */
    add(time: number, ...comparisons: readonly Partial<Comparison>[]): void {
      now = time;
      for (const changes of comparisons) {
        number++;
        const pairId = `live:${number}:0`;
        const comparison =
          changes.state === "different"
            ? comparisonOf({ ...changes, pairId })
            : { ...same(pairId), ...changes };
        store.add({ key: `live:${number}`, sends: 1, comparisons: [comparison] });
      }
      store.flush({});
    },
  };
}

/** What a run holds but for its samples, and latencies, which a window has less exactly. */
function counted(facts: RunFacts): object {
  const { counts, sends, notCompared, groups, noise, signatures, customers } = facts;
  const methods = facts.methods.map((method) => ({ ...method, latency: null }));
  return { counts, sends, notCompared, groups, noise, signatures, customers, methods };
}

function findingsOf(folder: string): readonly object[] {
  const judged = judge(readRun(folder), parseJudging({}), [], new Date(START + HOUR));
  return findingsJson(
    judged,
    () => new Map(),
    () => ({ patch: null, reason: null }),
  ).findings;
}

describe("a run that grows", () => {
  test("can be read at any moment, and is whole up to then", () => {
    const run = liveRun();
    run.add(START, {}, { state: "different" });
    const facts = readRun(run.folder);
    expect(facts).toMatchObject({
      complete: true,
      finishedAt: new Date(START).toISOString(),
      counts: { exchanges: 2, compared: 2, different: 1 },
      sends: 2,
    });
    run.add(START + MINUTE, {});
    expect(readRun(run.folder).counts.compared).toBe(3);
    run.store.close();
  });

  test("goes on in the same folder after a restart", () => {
    const first = liveRun();
    first.add(START, {}, {});
    // As a kill leaves it: not closed.
    const second = liveRun(first.folder);
    second.add(START + MINUTE, { state: "different" });
    expect(readRun(first.folder).counts).toMatchObject({ exchanges: 3, different: 1 });
    expect(readWindow(first.folder, START).facts.counts).toMatchObject({ exchanges: 3 });
    second.store.close();
    first.store.close();
  });

  test("says of each finding when it came and went, and whether it comes more often", () => {
    const run = liveRun();
    const seenOf = (): unknown[] => readRun(run.folder).groups.map(({ seen }) => seen);
    for (let minute = 0; minute < 8; minute++)
      run.add(START + minute * MINUTE, ...Array.from({ length: 20 }, () => ({})));
    run.add(START + 8 * MINUTE, { state: "different" });
    expect(seenOf()).toEqual([
      { firstAt: START + 8 * MINUTE, lastAt: START + 8 * MINUTE, trend: "new" },
    ]);
    for (let minute = 9; minute < 40; minute++) run.add(START + minute * MINUTE, {});
    expect(seenOf()).toEqual([
      { firstAt: START + 8 * MINUTE, lastAt: START + 8 * MINUTE, trend: "not seen lately" },
    ]);
    run.add(START + 40 * MINUTE, { state: "different" }, { state: "different" });
    expect(seenOf()).toEqual([
      { firstAt: START + 8 * MINUTE, lastAt: START + 40 * MINUTE, trend: "growing" },
    ]);
    expect(findingsOf(run.folder)).toContainEqual(
      expect.objectContaining({
        firstSeen: new Date(START + 8 * MINUTE).toISOString(),
        lastSeen: new Date(START + 40 * MINUTE).toISOString(),
        trend: "growing",
      }),
    );
    run.store.close();
  });

  test("keeps no list of what was done", () => {
    const run = liveRun();
    run.add(START, {}, {}, {});
    run.store.close();
    const database = new Database(path.join(run.folder, "run.sqlite"));
    expect(database.prepare("SELECT count(*) AS rows FROM done").get()).toEqual({ rows: 0 });
    database.close();
  });
});

describe("a window", () => {
  test("holds what was compared in it, whatever it is made of", () => {
    const run = liveRun();
    run.add(START, { state: "different", method: "eth_call" });
    run.add(START + 5 * MINUTE, { method: "eth_getLogs" }, {});
    run.add(START + 6 * MINUTE, { state: "uncomparable", reason: "head-moved", differences: [] });
    const recent = readWindow(run.folder, START + 5 * MINUTE + 1_000);
    expect(recent.start).toBe(START + 5 * MINUTE);
    expect(recent.facts.counts).toEqual({
      exchanges: 3,
      calls: 3,
      compared: 2,
      same: 2,
      different: 0,
      uncomparable: 1,
      skipped: 0,
    });
    expect(recent.facts.groups).toEqual([]);
    expect(recent.facts.samples).toEqual([]);
    expect(recent.facts.methods.map(({ method, compared }) => [method, compared])).toEqual([
      ["eth_call", 1],
      ["eth_getLogs", 1],
    ]);
    expect(readWindow(run.folder, START).facts.groups).toHaveLength(1);
    expect(readWindow(run.folder, START + HOUR).facts.counts.calls).toBe(0);
    run.store.close();
  });

  test("of the whole time says what the run says, before and after minutes were folded into hours and days", () => {
    const run = liveRun();
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let time = START; time < START + 5 * 24 * HOUR; time += 20 * MINUTE) {
      run.add(
        time,
        random() < 0.2 ? { state: "different", weight: 2 } : {},
        { method: "eth_getLogs", customer: `cus_000000000000000${Math.floor(random() * 5)}` },
        { state: "skipped", reason: "writes", method: "eth_sendRawTransaction", differences: [] },
      );
    }
    const whole = readRun(run.folder);
    const windowed = readWindow(run.folder, START).facts;
    expect(counted(windowed)).toEqual(counted(whole));
    expect(windowed.samples).toEqual(whole.samples);
    for (const method of windowed.methods.filter(({ latency }) => latency !== null)) {
      expect(method.latency?.old.p50).toBeCloseTo(10, 0);
      expect(method.latency?.pairs.length).toBeGreaterThan(0);
    }

    const database = new Database(path.join(run.folder, "run.sqlite"));
    const spans = database
      .prepare("SELECT span, count(*) AS windows FROM windows GROUP BY span ORDER BY span")
      .all() as { span: number; windows: number }[];
    // Two hours of minutes (three a 20 minutes here), three days of hours, the rest days.
    expect(spans.map(({ span }) => span)).toEqual([MINUTE, HOUR, 24 * HOUR]);
    expect(spans[0]?.windows).toBeLessThan(10);
    expect(spans[1]?.windows).toBeLessThan(98);
    database.close();

    // 48 h are still told to the hour.
    const from = START + 3 * 24 * HOUR;
    const days = readWindow(run.folder, from);
    expect(days.start).toBe(from);
    expect(days.facts.counts.exchanges).toBe(2 * 24 * 3 * 3);
    run.store.close();
  });

  test("says when a finding was first and last seen", () => {
    const run = liveRun();
    run.add(START, { state: "different" });
    run.add(START + MINUTE, {});
    run.add(START + 2 * MINUTE, { state: "different" });
    run.store.close();
    const database = new Database(path.join(run.folder, "run.sqlite"));
    expect(database.prepare("SELECT first_at, last_at FROM finding_times").all()).toEqual([
      { first_at: START, last_at: START + 2 * MINUTE },
    ]);
    database.close();
  });
});
