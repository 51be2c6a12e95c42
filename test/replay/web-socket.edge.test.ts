import { describe, expect, onTestFinished, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import { hashAt, type FakeNode } from "../support/servers/fake-node.ts";
import { call, exchangeOf, node, replayTo, said } from "./support.ts";

const SOCKET = { transport: "websocket", connection: 1 } as const;

function log({ chain }: FakeNode, data: string): JsonObject {
  return {
    blockNumber: `0x${chain.head.toString(16)}`,
    blockHash: hashAt(chain, chain.head),
    logIndex: "0x0",
    data,
  };
}

/** A block each few ms on both nodes, its head and one log sent to subscribers; `logOf` gives the candidate's log or none. */
function mine(old: FakeNode, candidate: FakeNode, logOf: (block: number) => string | null): void {
  const timer = setInterval(() => {
    for (const each of [old, candidate]) {
      each.chain.head++;
      const { head } = each.chain;
      each.emit("newHeads", { number: `0x${head.toString(16)}`, hash: hashAt(each.chain, head) });
      const data = each === old ? "0x01" : logOf(head);
      if (data !== null) each.emit("logs", log(each, data));
    }
  }, 10);
  onTestFinished(() => clearInterval(timer));
}

const SUBSCRIBED = exchangeOf(1, call("eth_subscribe", ["logs", {}]), SOCKET);

describe("exchanges over WebSocket", () => {
  test("are replayed over WebSocket", async () => {
    const [old, candidate] = [await node({ webSocket: true }), await node({ webSocket: true })];
    const { comparisons } = await replayTo(
      [exchangeOf(1, call("eth_chainId"), SOCKET), exchangeOf(2, call("eth_chainId"))],
      old.url,
      candidate.url,
    );
    expect(comparisons.map(said)).toEqual(["eth_chainId: same", "eth_chainId: same"]);
    expect(new Set(comparisons.map(({ pair }) => pair?.old.status))).toEqual(new Set([200, null]));
  });

  test("a candidate that takes none gives no answer", async () => {
    const [old, candidate] = [await node({ webSocket: true }), await node()];
    const { comparisons } = await replayTo(
      [exchangeOf(1, call("eth_chainId"), SOCKET)],
      old.url,
      candidate.url,
    );
    expect(comparisons.map(said)).toEqual(["eth_chainId: no-answer  (confirmed)"]);
  });
});

describe("subscriptions", () => {
  test("are opened on both sides and their events matched by block and log", async () => {
    const [old, candidate] = [await node({ webSocket: true }), await node({ webSocket: true })];
    mine(old, candidate, () => "0x01");
    const { comparisons } = await replayTo([SUBSCRIBED], old.url, candidate.url, {
      subscriptionBlocks: 8,
    });
    const events = comparisons.filter(({ method }) => method.startsWith("eth_subscription "));
    expect(new Set(events.map(said))).toEqual(
      new Set(["eth_subscription newHeads: same", "eth_subscription logs: same"]),
    );
    expect(events.length).toBeGreaterThan(8);
  });

  test("an event that the candidate did not send is missing; one that changed is a difference", async () => {
    const [old, candidate] = [await node({ webSocket: true }), await node({ webSocket: true })];
    mine(old, candidate, (block) => (block % 3 === 0 ? null : block % 3 === 1 ? "0x02" : "0x01"));
    const { comparisons } = await replayTo([SUBSCRIBED], old.url, candidate.url, {
      subscriptionBlocks: 8,
    });
    const events = comparisons.filter(({ method }) => method === "eth_subscription logs");
    expect(new Set(events.map(said))).toEqual(
      new Set([
        "eth_subscription logs: same",
        "eth_subscription logs: event-missing /result (confirmed)",
        "eth_subscription logs: value-changed /result/data (confirmed)",
      ]),
    );
  });

  test("without WebSocket at an address it is said, and nothing is compared", async () => {
    const [old, candidate] = [await node({ webSocket: true }), await node()];
    const { comparisons, notes } = await replayTo([SUBSCRIBED], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_subscribe: skipped subscription"]);
    expect(notes).toEqual([
      "Subscriptions were not compared: candidate takes no WebSocket at its address.",
    ]);
  });
});
