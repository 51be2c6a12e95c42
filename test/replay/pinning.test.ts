import { describe, expect, test } from "vitest";
import { createSplitWatch } from "../../src/replay/heads/chain-split.ts";
import { choosePins, type Fork } from "../../src/replay/heads/pinning.ts";
import type { ChainView, Block } from "../../src/chains/chain.ts";

interface Plan {
  readonly head: number;
  /** From this height on the branch's own blocks. */
  readonly forkAt?: number;
  readonly branch?: string;
  readonly finalized?: number | null;
}

function view({ head, forkAt = 0, branch = "a", finalized = null }: Plan): ChainView {
  const at = async (number: number): Promise<Block | null> =>
    number > head ? null : { number, hash: `${number < forkAt ? "trunk" : branch}:${number}` };
  return {
    head: () => at(head),
    at,
    tagged: async () => (finalized === null ? null : at(finalized)),
  };
}

const AUTO = { pin: "auto", margin: 0, rebaseFrom: null } as const;

describe("choosing pins", () => {
  test("the lowest head that all hold", async () => {
    const { pins, fork } = await choosePins([view({ head: 100 }), view({ head: 97 })], AUTO);
    expect(pins.latest).toEqual({ number: 97, hash: "a:97" });
    expect(fork).toBeNull();
  });

  test("some blocks lower where the head moves", async () => {
    const { pins } = await choosePins([view({ head: 100 })], { ...AUTO, margin: 3 });
    expect(pins.latest?.number).toBe(97);
  });

  test("safe and finalized become the lowest of theirs, or stay where a side has none", async () => {
    const both = await choosePins(
      [view({ head: 9, finalized: 5 }), view({ head: 9, finalized: 4 })],
      AUTO,
    );
    expect(both.pins.finalized?.number).toBe(4);
    const one = await choosePins([view({ head: 9, finalized: 5 }), view({ head: 9 })], AUTO);
    expect(one.pins.finalized).toBeNull();
  });

  test.each([1, 2, 3, 17, 250])("a fork %i blocks deep is found at its ancestor", async (depth) => {
    const head = 300;
    const forkAt = head - depth + 1;
    const views = [view({ head, forkAt }), view({ head, forkAt, branch: "b" })];
    const { pins, fork } = await choosePins(views, AUTO);
    expect(fork?.ancestor?.number).toBe(head - depth);
    expect(fork?.height).toBe(forkAt);
    expect(fork?.hashes).toEqual([`a:${forkAt}`, `b:${forkAt}`]);
    expect(pins.latest?.number).toBe(head - depth);
  });

  test("where chains still part at the place where they did, nothing is searched", async () => {
    let asked = 0;
    const counted = (plan: Plan): ChainView => {
      const own = view(plan);
      return {
        ...own,
        at(number) {
          asked++;
          return own.at(number);
        },
      };
    };
    const first = [
      counted({ head: 300, forkAt: 40 }),
      counted({ head: 300, forkAt: 40, branch: "b" }),
    ];
    const { fork } = await choosePins(first, AUTO);
    expect(asked).toBeGreaterThan(20);
    asked = 0;
    const later = [
      counted({ head: 310, forkAt: 40 }),
      counted({ head: 310, forkAt: 40, branch: "b" }),
    ];
    const again = await choosePins(later, { ...AUTO, lastFork: fork });
    expect(asked).toBe(4);
    expect(again.fork).toEqual({ ...fork, common: 310, commonHashes: ["a:310", "b:310"] });
    expect(again.pins.latest?.number).toBe(39);
    // Parted elsewhere by now: found anew. Joined again: no fork.
    const elsewhere = ["c", "d"].map((branch) => view({ head: 310, forkAt: 20, branch }));
    expect((await choosePins(elsewhere, { ...AUTO, lastFork: fork })).fork?.height).toBe(20);
    const joined = [view({ head: 310 }), view({ head: 310 })];
    expect((await choosePins(joined, { ...AUTO, lastFork: fork })).fork).toBeNull();
  });

  test("a target that does not answer leaves nothing pinned", async () => {
    const silent: ChainView = {
      head: async () => null,
      at: async () => null,
      tagged: async () => null,
    };
    const { pins, heads } = await choosePins([view({ head: 3 }), silent], AUTO);
    expect(pins.latest).toBeNull();
    expect(heads[1]).toBeNull();
  });

  test("none pins nothing but still sees a fork", async () => {
    const views = [view({ head: 9, forkAt: 5 }), view({ head: 9, forkAt: 5, branch: "b" })];
    const { pins, fork } = await choosePins(views, { ...AUTO, pin: "none" });
    expect(pins.latest).toBeNull();
    expect(fork?.height).toBe(5);
  });

  test("a number is taken where both hold it", async () => {
    const { pins } = await choosePins([view({ head: 9 }), view({ head: 9 })], { ...AUTO, pin: 4 });
    expect(pins.latest?.number).toBe(4);
  });
});

function fork(height: number, common: number, finalized = -1, hashes = ["a", "b"]): Fork {
  return { ancestor: null, height, hashes, common, commonHashes: hashes, finalized };
}

describe("a split is told from a reorg", () => {
  test("blocks that differ by one or two may be on their way", () => {
    const watch = createSplitWatch();
    expect(watch(fork(10, 10))).toBeNull();
    expect(watch(fork(10, 11))).toBeNull();
    expect(watch(null)).toBeNull();
    expect(watch(fork(11, 12))).toBeNull();
  });

  test("the same parting three blocks on is a split", () => {
    const watch = createSplitWatch();
    watch(fork(10, 10));
    watch(fork(10, 11));
    expect(watch(fork(10, 12))?.height).toBe(10);
  });

  test("at or below a finalized block it is a split at once", () => {
    expect(createSplitWatch()(fork(10, 10, 10))?.height).toBe(10);
  });
});
