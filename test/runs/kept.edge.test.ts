import path from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Comparison } from "../../src/model/comparison.ts";
import type { RunHeader } from "../../src/model/run.ts";
import { readProofs, writeProofs, type PairClaims } from "../../src/runs/proofs.ts";
import { readRun } from "../../src/runs/reader.ts";
import { openRunStore } from "../../src/runs/store.ts";
import { openTextsOfRuns, readSampleTexts } from "../../src/runs/texts.ts";
import { CHANGED, comparisonOf, pairOf, same } from "../support/comparison.ts";
import { temporaryFolder } from "../support/folder.ts";

const HEADER: RunHeader = {
  id: "run",
  createdAt: "2026-01-01T00:00:00.000Z",
  command: "replay",
  network: { chainId: "1", genesisHash: null },
  recordings: [],
  old: [{ url: "http://old", clientVersion: null, capabilities: {} }],
  candidate: [
    { url: "http://a", clientVersion: null, capabilities: {} },
    { url: "http://b", clientVersion: null, capabilities: {} },
  ],
  configurationDifferences: [],
  options: {},
};

function stored(comparisons: readonly Comparison[]): string {
  const folder = temporaryFolder();
  const store = openRunStore(folder, HEADER);
  for (const [at, comparison] of comparisons.entries())
    store.add({ key: String(at), comparisons: [comparison], sends: 3 });
  store.finish(null, new Date("2026-01-01T00:00:00Z"));
  store.close();
  return folder;
}

describe("of each method a run counts", () => {
  test("every state, weight, byte and answer with an error on both sides", () => {
    const { methods, counts, customers, sends, notCompared } = readRun(
      stored([
        { ...same("1"), weight: 2, bytes: { old: 10, candidate: 11 } },
        { ...same("2"), agreedOnError: true, bytes: { old: 1, candidate: 2 } },
        comparisonOf({ pairId: "3", weight: 3, bytes: null }),
        comparisonOf({
          pairId: "4",
          state: "uncomparable",
          reason: null,
          differences: [],
          weight: 4,
        }),
        comparisonOf({
          pairId: "5",
          state: "skipped",
          reason: "writes",
          differences: [],
          pair: null,
          bytes: null,
          weight: 5,
          customer: null,
        }),
        comparisonOf({ pairId: "6", method: "net_version", at: null }),
      ]),
    );
    expect(methods).toMatchObject([
      {
        method: "eth_call",
        calls: 5,
        weight: 15,
        weightSquares: 4 + 1 + 9 + 16 + 25,
        compared: 3,
        comparedWeight: 6,
        same: 2,
        different: 1,
        uncomparable: 1,
        skipped: 1,
        agreedOnError: 1,
        bytes: { old: 51, candidate: 53 },
      },
      {
        method: "net_version",
        calls: 1,
        compared: 1,
        different: 1,
        bytes: { old: 40, candidate: 40 },
      },
    ]);
    expect(counts).toEqual({
      exchanges: 6,
      calls: 6,
      compared: 4,
      same: 2,
      different: 2,
      uncomparable: 1,
      skipped: 1,
    });
    expect(sends).toBe(18);
    expect(notCompared).toEqual(
      expect.arrayContaining([
        { state: "uncomparable", reason: "unknown", method: "eth_call", calls: 1, weight: 4 },
        { state: "skipped", reason: "writes", method: "eth_call", calls: 1, weight: 5 },
      ]),
    );
    const named = customers.find(({ id }) => id === "cus_0000000000000001");
    expect(named).toMatchObject({ lastSeen: Date.UTC(2026, 0, 1) });
    expect(customers.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThanOrEqual(4);
  });

  test("times of compared calls only", () => {
    const facts = readRun(
      stored([
        comparisonOf({ pairId: "1", latencyMs: { old: 1, candidate: 100 } }),
        comparisonOf({ pairId: "2", latencyMs: null }),
        comparisonOf({
          pairId: "3",
          state: "uncomparable",
          reason: "reorg",
          differences: [],
          latencyMs: { old: 9, candidate: 9 },
        }),
      ]),
    );
    const [method] = facts.methods;
    expect(method?.latency?.pairs).toEqual([[1, 100]]);
    const { old, candidate } = method?.latency ?? { old: null, candidate: null };
    expect(old?.p50).toBeCloseTo(1, 1);
    expect((candidate?.p99 ?? 0) / 100).toBeCloseTo(1, 1);
  });
});

const variant = (old: string | undefined, candidate: string): Comparison =>
  comparisonOf({ pairId: `${old}${candidate}`, differences: [{ ...CHANGED, old, candidate }] });

const body = (bytes: number) => ({ ...pairOf().old, body: Buffer.alloc(bytes, "a") });

describe("of each finding a run keeps", () => {
  test("how sure it is, on which targets, by whom and with which client", () => {
    const { groups, signatures } = readRun(
      stored([
        comparisonOf({ pairId: "1", confidence: "confirmed", weight: 2 }),
        comparisonOf({ pairId: "2", confidence: "probable", targets: { old: 0, candidate: 1 } }),
        comparisonOf({
          pairId: "3",
          confidence: "flaky",
          customer: "cus_0000000000000002",
          client: null,
        }),
        comparisonOf({ pairId: "4", customer: null, client: { name: "viem", version: "2" } }),
      ]),
    );
    expect(groups).toMatchObject([
      {
        calls: 4,
        weight: 5,
        weightSquares: 7,
        confidence: { confirmed: 2, probable: 1, flaky: 1 },
        targets: { seen: [0, 1], of: 2 },
        variants: [{ old: '"0x1"', candidate: '"0x2"', calls: 4 }],
        places: [{ path: "/result", count: 4 }],
      },
    ]);
    const [group] = groups;
    expect(group?.customers.map(({ id, calls }) => [id, calls])).toEqual([
      ["cus_0000000000000001", 2],
      ["cus_0000000000000002", 1],
    ]);
    expect(group?.clients).toEqual(
      expect.arrayContaining([
        { name: "ethers", version: "6.15", calls: 2, customers: ["cus_0000000000000001"] },
        { name: "viem", version: "2", calls: 1, customers: [] },
      ]),
    );
    expect(signatures.reduce((sum, { calls }) => sum + calls, 0)).toBe(4);
  });

  test("long values by their start, and what is not there as such", () => {
    const long = "x".repeat(300);
    const { groups } = readRun(stored([variant(undefined, long), variant("x".repeat(198), "y")]));
    const texts = groups[0]?.variants.flatMap(({ old, candidate }) => [old, candidate]) ?? [];
    expect(texts.toSorted()).toEqual(
      ["(absent)", `"${"x".repeat(199)}…`, `"${"x".repeat(198)}"`, '"y"'].toSorted(),
    );
  });

  test("a body past 4 MiB by its start, its length and its hash; others whole", () => {
    const limit = 4 * 1024 * 1024;
    const pair = pairOf({
      id: "1",
      old: body(limit),
      candidate: body(limit + 1),
      asked: Buffer.from("asked"),
    });
    const folder = stored([
      comparisonOf({ pairId: "1", pair }),
      comparisonOf({
        pairId: "2",
        pair: pairOf({ id: "2", old: { ...body(1), kind: "timeout", status: null, body: null } }),
      }),
    ]);
    const texts = readSampleTexts(folder, ["1", "2", "none"]);
    expect([...texts.keys()]).toEqual(["1", "2"]);
    const [one, two] = [texts.get("1"), texts.get("2")];
    expect(one?.old).toMatchObject({ cut: null, status: 200, outcome: "reply" });
    expect(one?.old.text).toHaveLength(limit);
    expect(one?.candidate.text).toHaveLength(64 * 1024);
    expect(one?.candidate.cut).toMatchObject({ bytes: limit + 1 });
    expect(one?.asked).toBe("asked");
    expect(two?.old).toEqual({ outcome: "timeout", status: null, text: null, cut: null });
    expect(two).not.toHaveProperty("asked");
  });

  test("texts of several runs by the number of their run", () => {
    const [first, second] = ["7", "8"].map((result) => {
      const pair = pairOf({ id: "1", request: Buffer.from(`asked ${result}`) });
      return stored([comparisonOf({ pairId: "1", pair })]);
    });
    const reader = openTextsOfRuns([first ?? "", second ?? ""]);
    const texts = reader.read(["1/1", "2/1", "2/9", "3/1"]);
    reader.close();
    expect([...texts].map(([id, { pairId, request }]) => [id, pairId, request])).toEqual([
      ["1/1", "1/1", "asked 7"],
      ["2/1", "2/1", "asked 8"],
    ]);
    const only = openTextsOfRuns([first ?? ""]);
    expect([...only.read(["1"]).keys()]).toEqual(["1"]);
    only.close();
  });
});

test("what was shown of pairs is kept beside the run, and a file of another version is none", () => {
  const folder = temporaryFolder();
  expect(readProofs(folder)).toEqual(new Map());
  const found = new Map<string, PairClaims>([
    ["1/1", { old: { "block-hash": true }, candidate: { "block-hash": false } }],
  ]);
  writeProofs(folder, found);
  expect(readProofs(folder)).toEqual(found);
  const file = path.join(folder, "proofs.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1 });
  writeFileSync(file, readFileSync(file, "utf8").replace('"version":1', '"version":2'));
  expect(readProofs(folder)).toEqual(new Map());
});
