import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Block, ChainView } from "../../src/chains/chain.ts";
import { createHeadWatch, type HeadWatch } from "../../src/replay/heads/heads.ts";
import {
  blockProblem,
  headReason,
  lowestHead,
  stoodStill,
} from "../../src/replay/heads/heads-moved.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A chain whose head a test moves, on a branch of its own from `forkAt` on; it counts how often its head was asked for. */
interface Node extends ChainView {
  number: number;
  branch: string;
  forkAt: number;
  silent: boolean;
  looks: number;
}

function chain(number: number): Node {
  const at = async (height: number): Promise<Block | null> => {
    if (node.silent || height > node.number) return null;
    return { number: height, hash: `${height < node.forkAt ? "trunk" : node.branch}:${height}` };
  };
  const node: Node = {
    number,
    branch: "a",
    forkAt: 0,
    silent: false,
    looks: 0,
    head() {
      node.looks++;
      return at(node.number);
    },
    at,
    tagged: async () => null,
  };
  return node;
}

function watchOf(views: readonly Node[], recorded: number | null = null): HeadWatch {
  return createHeadWatch({ views, ofOld: 1, pin: "auto", recordedHead: () => recorded });
}

/** Follows for some seconds; gives what was seen of both heads. */
async function followed(
  watch: HeadWatch,
  seconds: number,
  each = (): void => {},
): Promise<string[]> {
  const ending = new AbortController();
  const seen: string[] = [];
  const following = watch.follow(ending.signal, ({ old, candidate }) => {
    seen.push(`${old ?? "?"}/${candidate ?? "?"}`);
    each();
  });
  await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
  ending.abort();
  await following;
  return seen;
}

const latest = (watch: HeadWatch): number | undefined => watch.pins().latest?.number;

describe("the heads", () => {
  test("that stand are pinned where they stand, and looked at each second", async () => {
    const views = [chain(100), chain(98)];
    const watch = watchOf(views);
    await watch.refresh();
    expect([latest(watch), watch.head(0)?.number, watch.head(1)?.number]).toEqual([98, 100, 98]);
    expect(await followed(watch, 4)).toEqual(["100/98", "100/98", "100/98", "100/98"]);
    expect(latest(watch)).toBe(98);
  });

  test("are pinned three blocks lower as soon as they move, then 15 s or 32 blocks later", async () => {
    const [old, candidate] = [chain(100), chain(100)];
    const watch = watchOf([old, candidate]);
    await watch.refresh();
    const pins: (number | undefined)[] = [];
    await followed(watch, 18, () => {
      pins.push(latest(watch));
      old.number++;
      candidate.number++;
    });
    expect(pins.slice(0, 3)).toEqual([100, 98, 98]);
    expect(new Set(pins)).toEqual(new Set([100, 98, 114]));
    old.number += 40;
    candidate.number += 40;
    await followed(watch, 2);
    expect(latest(watch)).toBe(old.number - 3);
  });

  test("of a target that is silent for a moment stay known, and the pins stand", async () => {
    const [old, candidate] = [chain(100), chain(100)];
    const watch = watchOf([old, candidate]);
    await watch.refresh();
    candidate.silent = true;
    old.number = 140;
    expect(await followed(watch, 3)).toEqual(["100/100", "140/100", "140/100"]);
    expect(latest(watch)).toBe(100);
  });

  test("of a side with a target that never answered are not known", async () => {
    const views = [chain(100), chain(100), chain(97)];
    views[1]!.silent = true;
    const watch = watchOf(views);
    await watch.refresh();
    expect(watch.standing()).toEqual({ old: 100, candidate: null });
    expect(latest(watch)).toBeUndefined();
    expect(watchOf([]).standing()).toEqual({ old: null, candidate: null });
  });

  test("that part for good are a split; once seen it stays", async () => {
    const [old, candidate] = [chain(100), chain(100)];
    const watch = watchOf([old, candidate]);
    await watch.refresh();
    [old.forkAt, candidate.forkAt, candidate.branch] = [100, 100, "b"];
    await watch.refresh();
    expect(watch.split()).toBeNull();
    [old.number, candidate.number] = [103, 103];
    await watch.refresh();
    expect(watch.split()).toMatchObject({ height: 100, ancestor: { number: 99 } });
    candidate.branch = "a";
    await watch.refresh();
    expect(watch.split()?.height).toBe(100);
  });

  test("rebase from the recorded head as it is then, where one is known", async () => {
    let recorded: number | null = null;
    const watch = createHeadWatch({
      views: [chain(9), chain(9)],
      ofOld: 1,
      pin: "auto",
      recordedHead: () => recorded,
    });
    await watch.refresh();
    recorded = 5;
    expect(watch.pins().rebaseFrom).toBeNull();
    await watch.refresh();
    recorded = 6;
    expect(watch.pins().rebaseFrom).toBe(6);
  });

  test("are not looked at again once it is over", async () => {
    const view = chain(1);
    const watch = watchOf([view, chain(1)]);
    await watch.follow(AbortSignal.abort(), () => {
      throw new Error("seen");
    });
    expect(view.looks).toBe(0);
  });
});

describe("what heads explain", () => {
  const a = { number: 5, hash: "0xa" };
  const b = { number: 5, hash: "0xb" };
  const later = { number: 6, hash: "0xc" };

  test("nothing while all four looks show one block, and only then", () => {
    const level = { old: a, candidate: a };
    expect(stoodStill(level, level)).toBe(true);
    for (const moved of [
      { old: b, candidate: a },
      { old: a, candidate: b },
      { old: null, candidate: a },
      { old: a, candidate: null },
      { old: b, candidate: b },
    ]) {
      expect([stoodStill(moved, level), stoodStill(level, moved)]).toEqual([false, false]);
    }
    expect(stoodStill({ old: null, candidate: null }, { old: null, candidate: null })).toBe(false);
  });

  test("a side is behind where numbers differ, else a head moved", () => {
    expect(headReason({ old: later, candidate: a })).toBe("node-behind");
    expect(headReason({ old: a, candidate: later })).toBe("node-behind");
    expect(headReason({ old: a, candidate: b })).toBe("head-moved");
    expect(headReason({ old: null, candidate: a })).toBe("head-moved");
    expect(headReason({ old: a, candidate: null })).toBe("head-moved");
  });

  test("the lower head is known where both are", () => {
    expect(lowestHead({ old: later, candidate: a })).toBe(5);
    expect(lowestHead({ old: a, candidate: later })).toBe(5);
    expect(lowestHead({ old: null, candidate: a })).toBeNull();
    expect(lowestHead({ old: a, candidate: null })).toBeNull();
  });

  test("a block is one where both hold it, of the hash that is wanted", () => {
    expect(blockProblem({ old: a, candidate: a }, null)).toBeNull();
    expect(blockProblem({ old: a, candidate: a }, "0xa")).toBeNull();
    expect(blockProblem({ old: a, candidate: a }, "0xb")).toBe("reorg");
    expect(blockProblem({ old: a, candidate: b }, null)).toBe("reorg");
    expect(blockProblem({ old: a, candidate: b }, "0xa")).toBe("reorg");
    expect(blockProblem({ old: b, candidate: a }, "0xa")).toBe("reorg");
    expect(blockProblem({ old: null, candidate: a }, null)).toBe("node-behind");
    expect(blockProblem({ old: a, candidate: null }, "0xa")).toBe("node-behind");
  });
});
