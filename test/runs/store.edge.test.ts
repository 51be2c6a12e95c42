import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { Comparison, ExchangeResult } from "../../src/model/comparison.ts";
import type { RunHeader } from "../../src/model/run.ts";
import { readRun } from "../../src/runs/reader.ts";
import { readSampleTexts } from "../../src/runs/texts.ts";
import { openRunStore } from "../../src/runs/store.ts";
import { CHANGED, comparisonOf, pairOf, same } from "../support/comparison.ts";
import { temporaryFolder } from "../support/folder.ts";

const HEADER: RunHeader = {
  id: "run",
  createdAt: "2026-01-01T00:00:00.000Z",
  command: "replay",
  network: { chainId: "1", genesisHash: null },
  recordings: [],
  old: [{ url: "http://old", clientVersion: null, capabilities: {} }],
  candidate: [{ url: "http://candidate", clientVersion: null, capabilities: {} }],
  configurationDifferences: [],
  options: {},
};
const NOW = new Date("2026-01-01T00:00:00Z");

function result(key: string, ...comparisons: readonly Comparison[]): ExchangeResult {
  return { key, comparisons, sends: 3 };
}

function stored(results: readonly ExchangeResult[]): string {
  const folder = temporaryFolder();
  const store = openRunStore(folder, HEADER);
  for (const item of results) store.add(item);
  store.finish(null, NOW);
  store.close();
  return folder;
}

describe("counts", () => {
  test("every call has one state and they add up", () => {
    const facts = readRun(
      stored([
        result("1", same("1")),
        result("2", comparisonOf({ pairId: "2" })),
        result(
          "3",
          comparisonOf({ pairId: "3", state: "uncomparable", reason: "reorg", differences: [] }),
        ),
        result(
          "4",
          comparisonOf({
            pairId: "4",
            state: "skipped",
            reason: "writes",
            differences: [],
            pair: null,
          }),
        ),
      ]),
    );
    expect(facts.counts).toEqual({
      exchanges: 4,
      calls: 4,
      compared: 2,
      same: 1,
      different: 1,
      uncomparable: 1,
      skipped: 1,
    });
    expect(facts.complete).toBe(true);
    expect(facts.sends).toBe(12);
    expect(facts.notCompared.map(({ reason }) => reason).sort()).toEqual(["reorg", "writes"]);
  });

  test("weights add up with their squares, for the effective sample size", () => {
    const [method] = readRun(
      stored([
        result("1", comparisonOf({ weight: 2 })),
        result("2", comparisonOf({ pairId: "2", weight: 3 })),
      ]),
    ).methods;
    expect(method).toMatchObject({ weight: 5, weightSquares: 13, comparedWeight: 5 });
  });
});

describe("findings", () => {
  test("differences of one kind and pattern are one group with its customers, clients, places and variants", () => {
    const [group] = readRun(
      stored([
        result("1", comparisonOf({ pairId: "1" })),
        result(
          "2",
          comparisonOf({ pairId: "2", customer: "cus_0000000000000002", confidence: "flaky" }),
        ),
      ]),
    ).groups;
    expect(group).toMatchObject({
      kind: "value-changed",
      path: "/result",
      calls: 2,
      confidence: { confirmed: 1, probable: 0, flaky: 1 },
      places: [{ path: "/result", count: 2 }],
      variants: [{ old: '"0x1"', candidate: '"0x2"', calls: 2 }],
      targets: { seen: [0], of: 1 },
    });
    expect(group?.customers).toHaveLength(2);
    expect(group?.clients[0]).toMatchObject({ name: "ethers", calls: 2 });
  });

  test("a group names its cause only when every call had it", () => {
    const caused = {
      ...CHANGED,
      path: "/result/a",
      pattern: "/result/a",
      causedBy: { kind: CHANGED.kind, pattern: "/result" },
    };
    const always = readRun(stored([result("1", comparisonOf({ differences: [CHANGED, caused] }))]));
    const root = always.groups.find(({ path: at }) => at === "/result");
    expect(always.groups.find(({ path: at }) => at === "/result/a")?.causedBy).toBe(
      root?.fingerprint,
    );
    const { causedBy: _, ...alone } = caused;
    const sometimes = readRun(
      stored([
        result("1", comparisonOf({ differences: [CHANGED, caused] })),
        result("2", comparisonOf({ pairId: "2", differences: [alone] })),
      ]),
    );
    expect(sometimes.groups.find(({ path: at }) => at === "/result/a")?.causedBy).toBeNull();
  });

  test("noise is counted as same or stays out of the groups", () => {
    const drift = { ...CHANGED, kind: "value-drift" as const };
    expect(readRun(stored([result("1", comparisonOf({ differences: [drift] }))])).groups).toEqual(
      [],
    );
  });

  test("candidate only, control only and both are told apart for the paired test", () => {
    const facts = readRun(
      stored([
        result("1", comparisonOf({ pairId: "1" })),
        result(
          "2",
          comparisonOf({ pairId: "2", state: "same", differences: [], unrepeated: [CHANGED] }),
        ),
        result(
          "3",
          comparisonOf({ pairId: "3", state: "same", differences: [], excused: [CHANGED] }),
        ),
      ]),
    );
    expect(facts.noise).toEqual([
      {
        method: "eth_call",
        path: "/result",
        kind: "value-changed",
        candidateOnly: 1,
        controlOnly: 1,
        both: 1,
      },
    ]);
  });
});

describe("samples", () => {
  test("each customer of a finding has one, and at most five others are kept", () => {
    const results = Array.from({ length: 200 }, (_, index) => {
      const customer = `cus_${String(index % 20).padStart(16, "0")}`;
      return result(`${index}`, comparisonOf({ pairId: `p${index}`, customer }));
    });
    const { samples } = readRun(stored(results));
    expect(new Set(samples.map(({ customer }) => customer)).size).toBe(20);
    expect(samples.length).toBeLessThanOrEqual(25);
  });

  test("the same calls in another order keep the same samples", () => {
    const results = Array.from({ length: 60 }, (_, index) =>
      result(`${index}`, comparisonOf({ pairId: `p${index}` })),
    );
    const forwards = readRun(stored(results)).samples;
    expect(readRun(stored(results.toReversed())).samples).toEqual(forwards);
  });

  test("texts come back as they were, and long ones are cut with their length and hash", () => {
    const long = Buffer.alloc(5 * 1024 * 1024, "x");
    const pair = pairOf({ id: "long" });
    const folder = stored([
      result(
        "1",
        comparisonOf({
          pairId: "long",
          pair: { ...pair, candidate: { ...pair.candidate, body: long } },
        }),
      ),
    ]);
    const texts = readSampleTexts(folder, ["long", "unknown"]);
    expect(texts.get("long")?.old.text).toBe('{"jsonrpc":"2.0","id":1,"result":"0x1"}');
    expect(texts.get("long")?.candidate.cut?.bytes).toBe(long.length);
    expect(texts.has("unknown")).toBe(false);
  });
});

describe("a run's file", () => {
  test("a run that was cut off says so, and resuming it counts nothing twice", () => {
    const folder = temporaryFolder();
    const first = openRunStore(folder, HEADER);
    first.add(result("1", comparisonOf({ pairId: "1" })));
    first.flush();
    first.add(result("2", comparisonOf({ pairId: "2" })));
    first.close();
    expect(readRun(folder)).toMatchObject({
      complete: false,
      incompleteReason: "it was stopped before its end",
    });
    const second = openRunStore(folder, HEADER, true);
    expect([second.isDone("1"), second.isDone("2")]).toEqual([true, false]);
    second.add(result("2", comparisonOf({ pairId: "2" })));
    second.finish(null, NOW);
    second.close();
    const facts = readRun(folder);
    expect(facts.counts.calls).toBe(2);
    expect(facts.groups[0]?.calls).toBe(2);
    expect(facts.samples).toHaveLength(2);
  });

  test("is never overwritten, and a folder without one is named", () => {
    const folder = stored([]);
    expect(() => openRunStore(folder, HEADER)).toThrow(/has a run already/);
    const empty = temporaryFolder();
    expect(() => readRun(empty)).toThrow(/There is no run in/);
    expect(existsSync(path.join(empty, "run.sqlite"))).toBe(false);
  });

  test("bears its mark, and is read without it as it was once written", () => {
    const folder = stored([]);
    const database = new Database(path.join(folder, "run.sqlite"));
    expect(database.pragma("application_id", { simple: true })).toBe(0x5344524e);
    database.pragma("application_id = 0");
    database.close();
    expect(readRun(folder).header).toEqual(expect.anything());
  });

  test("of a newer format or of something else is refused", () => {
    const newer = stored([]);
    const database = new Database(path.join(newer, "run.sqlite"));
    database.pragma("user_version = 99");
    database.close();
    expect(() => readRun(newer)).toThrow(/written by a newer shadowdiff \(format 99/);
    const foreign = temporaryFolder();
    const theirs = new Database(path.join(foreign, "run.sqlite"));
    theirs.exec("CREATE TABLE prices (cents INTEGER)");
    theirs.pragma("application_id = 7");
    theirs.close();
    expect(() => readRun(foreign)).toThrow(/is not a run file/);
    const other = temporaryFolder();
    writeFileSync(
      path.join(other, "run.sqlite"),
      "not a database, but long enough to have a header",
    );
    expect(() => readRun(other)).toThrow(/is not a run file/);
  });
});

test("what stood at noisy places is kept, by place, and a run of before that has none", () => {
  const place = { method: "eth_call", path: "/result", kind: "value-changed" } as const;
  const proof: ExchangeResult = {
    key: "evidence:1",
    comparisons: [],
    sends: 27,
    beside: true,
    firm: [place],
  };
  const facts = readRun(stored([result("1", same("1")), proof, { ...proof, key: "evidence:2" }]));
  expect(facts.firm).toEqual([place]);
  expect([facts.counts.exchanges, facts.counts.calls, facts.sends]).toEqual([1, 1, 57]);

  const before = stored([result("1", same("1"))]);
  const database = new Database(path.join(before, "run.sqlite"));
  database.exec("DROP TABLE firm");
  database.pragma("user_version = 1");
  database.close();
  expect(readRun(before).firm).toEqual([]);
});

test("bounded tables keep whole counts of the rows they keep", () => {
  const results = Array.from({ length: 3_000 }, (_, index) => {
    const value = `v${index % 300}`;
    const difference = { ...CHANGED, candidate: value };
    return result(
      `${index}`,
      comparisonOf({ pairId: `p${index}`, differences: [difference], pair: null }),
    );
  });
  const [group] = readRun(stored(results)).groups;
  expect(group?.variants).toHaveLength(50);
  expect(new Set(group?.variants.map(({ calls }) => calls))).toEqual(new Set([10]));
});
