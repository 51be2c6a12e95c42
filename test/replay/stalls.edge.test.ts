import { describe, expect, test } from "vitest";
import type { FakeNodeOptions } from "../support/servers/fake-node.ts";
import { call, exchangeOf, node, replayTo, said } from "./support.ts";

const TRACE = call("debug_traceBlockByNumber", ["0x1", {}], 1);
const CHAIN_ID = call("eth_chainId", [], 2);

/** A node that traces every block as `result`, and counts how many traces it was asked for at once. */
function tracing(result: string): { options: FakeNodeOptions; most: () => number } {
  let underWay = 0;
  let most = 0;
  return {
    most: () => most,
    options: {
      answer: ({ method }) =>
        method === "debug_traceBlockByNumber" ? { result: [{ result }] } : undefined,
      async respond(body) {
        if (!body.includes("debug_traceBlockByNumber")) return false;
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return false;
      },
    },
  };
}

describe("heavy calls", () => {
  test("that differ within a batch are settled, and no other heavy call waits for ever", async () => {
    const [old, candidate] = [await node(tracing("a").options), await node(tracing("b").options)];
    const { comparisons } = await replayTo(
      [
        exchangeOf(1, [TRACE, CHAIN_ID]),
        exchangeOf(2, TRACE),
        exchangeOf(3, [CHAIN_ID, TRACE, TRACE]),
        exchangeOf(4, TRACE),
      ],
      old.url,
      candidate.url,
    );
    const found = "debug_traceBlockByNumber: value-changed /result/*/result (confirmed)";
    expect(comparisons.map(said).sort()).toEqual([
      ...Array.from({ length: 5 }, () => found),
      "eth_chainId: same",
      "eth_chainId: same",
    ]);
  });

  test("go to a target one at a time, alone or in batches", async () => {
    const [a, b] = [tracing("a"), tracing("a")];
    const [old, candidate] = [await node(a.options), await node(b.options)];
    const exchanges = Array.from({ length: 24 }, (_, id) =>
      exchangeOf(id, id % 3 === 0 ? [TRACE, CHAIN_ID] : TRACE),
    );
    await replayTo(exchanges, old.url, candidate.url, { concurrency: 8 });
    expect([a.most(), b.most()]).toEqual([1, 1]);
  });
});

/** A node that leaves every call of a method without an answer. */
function silent(method: string): FakeNodeOptions {
  return { respond: (body) => body.includes(method) };
}

describe("a run that stands still", () => {
  test("is ended, and says what was under way", async () => {
    const [old, candidate] = [await node(), await node(silent("eth_gasPrice"))];
    const run = replayTo([exchangeOf(7, call("eth_gasPrice"))], old.url, candidate.url, {
      timeoutMs: 600_000,
      stillMs: 300,
    });
    await expect(run).rejects.toMatchObject({
      message: "The replay stood still: nothing came for 0 s.",
      exitCode: 4,
      details: [expect.stringContaining("Under way: memory:7 eth_gasPrice"), expect.anything()],
    });
  });

  test("is not one that waits for its recorded times", async () => {
    const [old, candidate] = [await node(), await node()];
    // Longer apart than a run may stand still, which is longer than a busy machine takes for one asking.
    const exchanges = [exchangeOf(1, CHAIN_ID), exchangeOf(5_000, CHAIN_ID)];
    const { comparisons } = await replayTo(exchanges, old.url, candidate.url, {
      speed: 1,
      stillMs: 4_000,
    });
    expect(comparisons.map(said)).toEqual(["eth_chainId: same", "eth_chainId: same"]);
  });
});

test("a candidate that runs out of time is asked less at once, and not given up", async () => {
  const old = await node();
  const candidate = await node({
    async respond(body) {
      if (!body.includes("eth_gasPrice")) return false;
      // Longer than the timeout, but not than what a call is given alone.
      await new Promise((resolve) => setTimeout(resolve, 300));
      return false;
    },
  });
  const exchanges = Array.from({ length: 27 }, (_, id) => exchangeOf(id, call("eth_gasPrice")));
  const { comparisons, notes } = await replayTo(exchanges, old.url, candidate.url, {
    timeoutMs: 200,
    concurrency: 4,
    pauseMs: 10,
  });
  expect(comparisons.map(said)).toEqual(exchanges.map(() => "eth_gasPrice: same"));
  expect(notes).toEqual([
    "Pausing for 0.01 s, then on with --concurrency 2: candidate often runs out of time.",
    "Pausing for 0.01 s, then on with --concurrency 1: candidate often runs out of time.",
  ]);
});
