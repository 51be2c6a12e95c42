import { setTimeout } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { rpc } from "../../src/demo/rpc.ts";
import { movingTraffic } from "../../studies/replay-moving-heads.ts";
import { startMovingPair, type MovingPair } from "../support/servers/moving-pair.ts";
import { call, exchangeOf, replayTo, said } from "./support.ts";

async function movingPair(reorgEvery: number): Promise<MovingPair> {
  const pair = await startMovingPair({
    seed: 3,
    blockMs: 150,
    reorgEvery,
    reorgDepth: 2,
    mostBehind: 3,
  });
  onTestFinished(() => pair.stop());
  return pair;
}

describe("two real nodes", () => {
  test("whose heads move, lag and reorganise show no difference", async () => {
    const pair = await movingPair(10);
    const ending = new AbortController();
    const moving = pair.run(ending.signal);
    const traffic = movingTraffic(pair, 400);
    const { comparisons } = await replayTo(
      traffic.map((request, id) => exchangeOf(id, request)),
      pair.old.url,
      pair.candidate.url,
      { ratePerSecond: 100 },
    );
    ending.abort();
    const { blocks, reorgs } = await moving;
    expect(blocks).toBeGreaterThan(8);
    expect(reorgs).toBeGreaterThan(0);
    expect(comparisons).toHaveLength(400);
    const different = comparisons.filter(
      ({ state, confidence }) => state === "different" && confidence !== "flaky",
    );
    expect(different.map(said)).toEqual([]);
  });

  test("that went separate ways are a chain split at their ancestor", async () => {
    const pair = await movingPair(0);
    const ancestor = Number(await rpc(pair.old.url, "eth_blockNumber"));
    // Another time stamp makes another block, and all after it.
    for (const [url, seconds] of [
      [pair.old.url, 5],
      [pair.candidate.url, 6],
    ] as const) {
      await rpc(url, "evm_increaseTime", [seconds]);
      for (let block = 0; block < 4; block++) {
        await rpc(url, "evm_mine", []);
        await setTimeout(0);
      }
    }
    const { comparisons } = await replayTo(
      [exchangeOf(1, call("eth_getBlockByNumber", ["latest", false]))],
      pair.old.url,
      pair.candidate.url,
    );
    const split = comparisons.find(({ method }) => method === "(chain)");
    expect(split && said(split)).toBe("(chain): chain-split /result/hash (confirmed)");
    expect(split?.pair?.old.body?.toString()).toContain(`"commonAncestor":{"number":${ancestor},`);
  });
});
