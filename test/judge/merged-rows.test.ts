import { describe, expect, test } from "vitest";
import { DEFAULT_JUDGING, parseJudging } from "../../src/config/judging.ts";
import { exempt, failsFor } from "../../src/judge/exemptions.ts";
import { judge } from "../../src/judge/judge.ts";
import { mergeFacts, splitPairId } from "../../src/judge/merge.ts";
import { mergeGroups } from "../../src/judge/merge/groups.ts";
import { mergeMethods } from "../../src/judge/merge/methods.ts";
import { baseOf, weightedRate } from "../../src/judge/rates.ts";
import { countUnsent, UNSENT_METHOD } from "../../src/judge/unsent.ts";
import type { GroupFacts, LatencyFacts, MethodFacts, RunFacts } from "../../src/model/run.ts";
import { BUILT_AT, buildFacts } from "../support/facts.ts";

const METHOD: MethodFacts = {
  method: "eth_call",
  calls: 1,
  weight: 2,
  weightSquares: 3,
  compared: 4,
  comparedWeight: 5,
  same: 6,
  different: 7,
  uncomparable: 8,
  skipped: 9,
  agreedOnError: 10,
  latency: null,
  bytes: { old: 11, candidate: 12 },
};

/** Ten times each number of the first: no sum can be had in another way. */
const TEN_TIMES: MethodFacts = {
  method: "eth_call",
  calls: 10,
  weight: 20,
  weightSquares: 30,
  compared: 40,
  comparedWeight: 50,
  same: 60,
  different: 70,
  uncomparable: 80,
  skipped: 90,
  agreedOnError: 100,
  latency: null,
  bytes: { old: 110, candidate: 120 },
};

function latency(
  old: LatencyFacts["histogram"]["old"],
  candidate: LatencyFacts["histogram"]["candidate"],
  pairs: LatencyFacts["pairs"],
): LatencyFacts {
  const none = { p50: 0, p90: 0, p95: 0, p99: 0 };
  return { old: none, candidate: none, pairs, histogram: { old, candidate } };
}

const pairs = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, at) => [at, at]);

describe("methods of several runs", () => {
  test("add up in every count, by their name", () => {
    const other = { ...METHOD, method: "net_version" };
    expect(mergeMethods([METHOD, other, TEN_TIMES])).toEqual([
      {
        method: "eth_call",
        calls: 11,
        weight: 22,
        weightSquares: 33,
        compared: 44,
        comparedWeight: 55,
        same: 66,
        different: 77,
        uncomparable: 88,
        skipped: 99,
        agreedOnError: 110,
        latency: null,
        bytes: { old: 121, candidate: 132 },
      },
      other,
    ]);
  });

  test("join the buckets of their times, and tell percentiles by them", () => {
    const one = latency(
      [
        [2, 50],
        [1, 40],
      ],
      [[1, 1]],
      [],
    );
    const two = latency(
      [
        [1, 1],
        [5, 5],
        [9, 4],
      ],
      [[3, 1]],
      [],
    );
    const [merged] = mergeMethods([
      { ...METHOD, latency: one },
      { ...METHOD, latency: two },
    ]);
    expect(merged?.latency?.histogram).toEqual({
      old: [
        [1, 41],
        [2, 50],
        [5, 5],
        [9, 4],
      ],
      candidate: [
        [1, 1],
        [3, 1],
      ],
    });
    // Of 100 calls: 41 within 1 ms, 91 within 2, 96 within 5.
    expect(merged?.latency?.old).toEqual({ p50: 2, p90: 2, p95: 5, p99: 9 });
    expect(merged?.latency?.candidate).toEqual({ p50: 1, p90: 3, p95: 3, p99: 3 });
  });

  test("keep the times of one that alone has them", () => {
    const only = latency([[1, 1]], [[1, 1]], [[1, 1]]);
    for (const pair of [
      [METHOD, { ...METHOD, latency: only }],
      [{ ...METHOD, latency: only }, METHOD],
    ])
      expect(mergeMethods(pair)[0]?.latency).toBe(only);
  });

  test("keep as large a share of each one's pairs as the one that has the least", () => {
    // 10 of 100 against 10 of 20: a tenth of each.
    const merged = mergeMethods([
      { ...METHOD, latency: latency([[1, 100]], [], pairs(10)) },
      { ...METHOD, latency: latency([[1, 20]], [], pairs(10)) },
    ]);
    expect(merged[0]?.latency?.pairs).toEqual([...pairs(10), ...pairs(2)]);
    const none = mergeMethods([
      { ...METHOD, latency: latency([], [], []) },
      { ...METHOD, latency: latency([[1, 20]], [], pairs(10)) },
    ]);
    expect(none[0]?.latency?.pairs).toEqual([]);
  });
});

function group(overrides: Partial<GroupFacts>): GroupFacts {
  return {
    fingerprint: "0".repeat(16),
    kind: "field-removed",
    method: "eth_call",
    path: "/result/a",
    calls: 1,
    weight: 2,
    weightSquares: 3,
    confidence: { confirmed: 4, probable: 5, flaky: 6 },
    causedBy: null,
    customers: [],
    clients: [],
    places: [],
    variants: [],
    targets: { seen: [0], of: 1 },
    ...overrides,
  };
}

const NODE = { url: "http://a", clientVersion: "Geth/v1.17.0", capabilities: {} };
const OTHER_NODE = { ...NODE, url: "http://b" };

function runOf(groups: readonly GroupFacts[], candidate = [NODE]): RunFacts {
  const facts = buildFacts([{ method: "eth_call", count: 1 }]);
  return { ...facts, groups, header: { ...facts.header, candidate } };
}

function merged(a: Partial<GroupFacts>, b: Partial<GroupFacts>): GroupFacts {
  const [only, ...rest] = mergeGroups([runOf([group(a)]), runOf([group(b)])], [NODE]);
  expect(rest).toEqual([]);
  if (only === undefined) throw new Error("nothing was merged");
  return only;
}

describe("findings of several runs", () => {
  test("add up in every count, row by row", () => {
    const customer = { id: "cus_a", calls: 1, weight: 2, weightSquares: 3 };
    const first = {
      customers: [
        { ...customer, lastSeen: 5 },
        { ...customer, id: "cus_b", lastSeen: null },
      ],
      clients: [{ name: "ethers", version: "5", calls: 1, customers: ["cus_a"] }],
      places: [{ path: "/result/a", count: 1 }],
      variants: [{ old: "1", candidate: "2", calls: 1 }],
    };
    const second = {
      calls: 10,
      weight: 20,
      weightSquares: 30,
      confidence: { confirmed: 40, probable: 50, flaky: 60 },
      customers: [
        { ...customer, calls: 10, weight: 20, weightSquares: 30, lastSeen: 4 },
        { ...customer, id: "cus_b", lastSeen: null },
      ],
      clients: [
        { name: "ethers", version: "5", calls: 10, customers: ["cus_a", "cus_b"] },
        { name: "ethers", version: "6", calls: 1, customers: [] },
      ],
      places: [
        { path: "/result/a", count: 10 },
        { path: "/result/b", count: 1 },
      ],
      variants: [
        { old: "1", candidate: "2", calls: 10 },
        { old: "1", candidate: "3", calls: 1 },
      ],
    };
    expect(merged(first, second)).toEqual(
      group({
        calls: 11,
        weight: 22,
        weightSquares: 33,
        confidence: { confirmed: 44, probable: 55, flaky: 66 },
        customers: [
          { id: "cus_a", calls: 11, weight: 22, weightSquares: 33, lastSeen: 5 },
          { id: "cus_b", calls: 2, weight: 4, weightSquares: 6, lastSeen: null },
        ],
        clients: [
          { name: "ethers", version: "5", calls: 11, customers: ["cus_a", "cus_b"] },
          { name: "ethers", version: "6", calls: 1, customers: [] },
        ],
        places: [
          { path: "/result/a", count: 11 },
          { path: "/result/b", count: 1 },
        ],
        variants: [
          { old: "1", candidate: "2", calls: 11 },
          { old: "1", candidate: "3", calls: 1 },
        ],
      }),
    );
  });

  test("have one cause where both have it", () => {
    expect(merged({ causedBy: "aa" }, { causedBy: "aa" }).causedBy).toBe("aa");
    expect(merged({ causedBy: "aa" }, { causedBy: "bb" }).causedBy).toBeNull();
    expect(merged({ causedBy: "aa" }, { causedBy: null }).causedBy).toBeNull();
  });

  test("were seen from the first of one to the last of the other, with the later one's trend", () => {
    const early = { firstAt: 10, lastAt: 20, trend: "falling" as const };
    const late = { firstAt: 5, lastAt: 30, trend: "growing" as const };
    const both = { firstAt: 5, lastAt: 30, trend: "growing" };
    expect(merged({ seen: early }, { seen: late }).seen).toEqual(both);
    expect(merged({ seen: late }, { seen: early }).seen).toEqual(both);
    const overlapping = { firstAt: 15, lastAt: 30, trend: "new" as const };
    expect(merged({ seen: overlapping }, { seen: early }).seen).toEqual({
      firstAt: 10,
      lastAt: 30,
      trend: "new",
    });
    expect(merged({}, {})).not.toHaveProperty("seen");
    expect(merged({ seen: early }, {})).toHaveProperty("seen");
    expect(merged({}, { seen: early }).seen).toEqual(early);
  });

  test("were seen on the targets of the joined list", () => {
    const upgraded = { ...NODE, clientVersion: "Geth/v1.18.0" };
    const all = [NODE, OTHER_NODE, upgraded];
    const [only] = mergeGroups(
      [
        runOf([group({ targets: { seen: [1, 0], of: 2 } })], [NODE, OTHER_NODE]),
        runOf([group({ targets: { seen: [0, 1, 7], of: 2 } })], [upgraded, NODE]),
      ],
      all,
    );
    expect(only?.targets).toEqual({ seen: [0, 1, 2], of: 3 });
  });
});

test("a merged run's pair is told by its run and its own id", () => {
  const rows = [{ method: "eth_call", count: 1, findings: [{ kind: "field-removed" as const }] }];
  const facts = [1, 2, 3].map((number) => {
    const one = buildFacts(rows);
    return { ...one, header: { ...one.header, id: `run${number}` } };
  });
  const { samples } = mergeFacts(facts);
  expect(samples.map(({ pairId }) => splitPairId(pairId))).toEqual(
    facts.map(({ samples: own }, run) => ({ run, pairId: own[0]?.pairId })),
  );
});

const hits = (calls: number, weight = calls, weightSquares = calls) => ({
  calls,
  weight,
  weightSquares,
});

describe("a weighted rate", () => {
  test("of equal weights is Wilson's", () => {
    const { rate, lower, upper, effective, weighted } = weightedRate([hits(10)], {
      compared: 100,
      weight: 100,
      weightSquares: 100,
    });
    expect({ rate, weighted }).toEqual({ rate: 0.1, weighted: false });
    expect(effective).toBeCloseTo(100);
    // Wilson for 10 of 100: 5.52 % to 17.44 %.
    expect(lower).toBeCloseTo(0.0552, 4);
    expect(upper).toBeCloseTo(0.1744, 4);
  });

  test("of other weights is less sure, by Kish or by where the hits are", () => {
    // A hundred calls of which ten weigh 10 and ninety 1.
    const base = { compared: 100, weight: 190, weightSquares: 1_090 };
    const light = weightedRate([hits(19)], base);
    expect(light).toMatchObject({ rate: 0.1, hits: 19, calls: 100, weighted: true });
    expect(light.effective).toBeCloseTo((190 * 190) / 1_090);
    // The only hit is one of the heavy ones.
    const heavy = weightedRate([hits(1, 10, 100)], base);
    const share = 10 / 190;
    expect(heavy.rate).toBeCloseTo(share);
    const variance = (100 * (1 - share) ** 2 + 990 * share ** 2) / 190 ** 2;
    expect(heavy.effective).toBeCloseTo((share * (1 - share)) / variance);
    expect(heavy.effective).toBeLessThan(light.effective);
    expect(weightedRate([], base)).toMatchObject({ rate: 0, hits: 0, lower: 0 });
    expect(weightedRate([hits(100, 190, 1_090)], base).rate).toBe(1);
  });

  test("stands on the compared calls of its rows", () => {
    const row = { calls: 10, weight: 50, weightSquares: 400, compared: 5, comparedWeight: 25 };
    const nothing = { calls: 0, weight: 0, weightSquares: 9, compared: 0, comparedWeight: 0 };
    expect(baseOf([row, row, nothing])).toEqual({ compared: 10, weight: 50, weightSquares: 400 });
  });
});

const factsOf = (customers: readonly (string | null)[]): RunFacts =>
  buildFacts([
    { method: "eth_call", count: 100 },
    ...customers.map((customer) => ({
      method: "eth_call",
      count: 5,
      ...(customer === null ? {} : { customer }),
      findings: [{ kind: "field-removed" as const }],
    })),
  ]);

describe("whether a finding fails", () => {
  test.each<[string, readonly (string | null)[], object, boolean]>([
    ["breaking, of nobody named", [null], {}, true],
    ["with failOn never", [null], { failOn: "never" }, false],
    [
      "of a customer to whom it does not matter",
      ["cus_a"],
      { customers: { cus_a: { failOn: "never" } } },
      false,
    ],
    [
      "of one to whom it does not, and others",
      ["cus_a", "cus_b"],
      { customers: { cus_a: { failOn: "never" } } },
      true,
    ],
    [
      "of one to whom it does not, and nobody named",
      ["cus_a", null],
      { customers: { cus_a: { failOn: "never" } } },
      true,
    ],
    [
      "of a method that does not matter",
      ["cus_a"],
      { methods: { eth_call: { failOn: "never" } } },
      false,
    ],
    [
      "of a method that does not matter, but to a customer",
      ["cus_a"],
      { methods: { eth_call: { failOn: "never" } }, customers: { cus_a: { failOn: "breaking" } } },
      true,
    ],
    [
      "of a method that matters, where nothing else does",
      [null],
      { failOn: "never", methods: { eth_call: { failOn: "breaking" } } },
      true,
    ],
    [
      "of a customer that matters, where only nobody named is concerned",
      [null],
      { failOn: "never", customers: { cus_a: { failOn: "breaking" } } },
      false,
    ],
  ])("%s", (_, customers, settings, fails) => {
    const { findings } = judge(factsOf(customers), DEFAULT_JUDGING, [], BUILT_AT);
    expect(findings.map((finding) => failsFor(finding, parseJudging(settings)))).toEqual([fails]);
  });

  test.each<[object, string | null, boolean]>([
    [{}, "cus_a", false],
    [{ failOn: "never" }, "cus_a", false],
    [{ methods: { eth_call: { failOn: "never" } } }, "cus_a", true],
    [{ methods: { eth_call: { failOn: "never" } } }, null, true],
    [{ methods: { eth_getLogs: { failOn: "never" } } }, null, false],
    [{ customers: { cus_a: { failOn: "never" } } }, "cus_a", true],
    [{ customers: { cus_a: { failOn: "never" } } }, "cus_b", false],
    [{ customers: { cus_a: { failOn: "never" } } }, null, false],
    [
      { methods: { eth_call: { failOn: "never" } }, customers: { cus_a: { failOn: "breaking" } } },
      "cus_a",
      false,
    ],
  ])("with %j calls of %s are left out of the limits: %s", (settings, customer, isOut) => {
    expect(exempt(parseJudging(settings), "eth_call", customer)).toBe(isOut);
  });
});

const run = (overrides: Partial<RunFacts>, stored = 150): RunFacts => {
  const facts = buildFacts([{ method: "eth_call", count: 100, weight: 3 }], {
    complete: false,
    ...overrides,
  });
  const [recording] = facts.header.recordings;
  if (recording === undefined) throw new Error("no recording");
  return {
    ...facts,
    header: {
      ...facts.header,
      ...overrides.header,
      recordings: [
        { ...recording, stored: stored - 10 },
        { ...recording, stored: 10 },
      ],
    },
  };
};

describe("what a run did not come to", () => {
  test("is the least that it can be: a call for each exchange, as heavy as the others", () => {
    const facts = run({});
    const counted = countUnsent(facts);
    expect(counted.counts).toEqual({ ...facts.counts, exchanges: 150, calls: 150, skipped: 50 });
    expect(counted.methods).toHaveLength(2);
    expect(counted.methods[1]).toMatchObject({
      method: UNSENT_METHOD,
      calls: 50,
      weight: 150,
      weightSquares: 450,
      compared: 0,
      comparedWeight: 0,
      same: 0,
      different: 0,
      uncomparable: 0,
      skipped: 50,
      agreedOnError: 0,
      bytes: { old: 0, candidate: 0 },
    });
    expect(counted.notCompared.at(-1)).toEqual({
      state: "skipped",
      reason: "interrupted",
      method: UNSENT_METHOD,
      calls: 50,
      weight: 150,
    });
    const nothing = countUnsent({ ...run({}), methods: [] });
    expect(nothing.methods).toMatchObject([{ calls: 50, weight: 50, weightSquares: 50 }]);
  });

  test.each<[string, RunFacts]>([
    ["that ended", run({ complete: true })],
    ["of pairs", run({ header: { ...run({}).header, command: "compare" } })],
    ["that asked all", run({}, 100)],
    ["that asked more than was stored", run({}, 90)],
    [
      "of a shard",
      run({
        header: {
          ...run({}).header,
          parts: [{ work: "w", contents: [], shards: [0], of: 2, plan: null }],
        },
      }),
    ],
    [
      "that counts them itself",
      run({
        notCompared: [
          { state: "skipped", reason: "interrupted", method: "x", calls: 1, weight: 1 },
        ],
      }),
    ],
  ])("is nothing for a run %s", (_, facts) => {
    expect(countUnsent(facts)).toBe(facts);
  });
});
