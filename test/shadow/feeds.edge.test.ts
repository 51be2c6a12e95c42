import { describe, expect, onTestFinished, test } from "vitest";
import type { Comparison } from "../../src/model/comparison.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { waitUntil } from "../../src/record/path/listening.ts";
import { hashAt, startFakeNode, type FakeNode } from "../support/servers/fake-node.ts";
import { findingsOf, shadowBetween, type Shadowed } from "./support.ts";

const SOCKET = { transport: "websocket" } as const;

async function nodes(): Promise<{ old: FakeNode; candidate: FakeNode }> {
  const old = await startFakeNode({ webSocket: true });
  const candidate = await startFakeNode({ webSocket: true });
  onTestFinished(async () => {
    await old.close();
    await candidate.close();
  });
  return { old, candidate };
}

/** One more block: its head and one log, if there is one, sent to those who subscribed. */
function block(node: FakeNode, data: string | null): void {
  const number = ++node.chain.head;
  const hash = hashAt(node.chain, number);
  node.emit("newHeads", { number: `0x${number.toString(16)}`, hash });
  if (data === null) return;
  const place = { blockHash: hash, blockNumber: `0x${number.toString(16)}`, logIndex: "0x0" };
  node.emit("logs", { ...place, address: "0x01", topics: [], data, removed: false });
}

function events({ comparisons }: Shadowed, name: string): Comparison[] {
  return comparisons.filter(({ method }) => method === `eth_subscription ${name}`);
}

/** Blocks on both until so many logs of old have been compared; `logOf` gives the candidate's log, or none. */
async function follow(
  { old, candidate }: { old: FakeNode; candidate: FakeNode },
  logOf: (number: number) => JsonValue | null,
  enough: () => boolean,
): Promise<void> {
  const step = (): void => {
    block(old, "0x01");
    block(candidate, logOf(candidate.chain.head + 1) as string | null);
  };
  const timer = setInterval(step, 50);
  try {
    expect(await waitUntil(enough, 30_000)).toBe(true);
  } finally {
    clearInterval(timer);
  }
}

/** Of five logs one is missing and one another. */
function everyFifth(number: number): string | null {
  return number % 5 === 0 ? null : number % 5 === 1 ? "0x02" : "0x01";
}

describe("subscriptions of clients", () => {
  test("are opened on both sides, and their events matched by block and index as they come", async () => {
    const both = await nodes();
    const shadowed = await shadowBetween(both.old.url, both.candidate.url);
    await shadowed.pass("eth_subscribe", ["logs", {}], SOCKET);
    await follow(
      both,
      () => "0x01",
      () => events(shadowed, "logs").length > 40,
    );
    expect(new Set(shadowed.comparisons.map(({ state }) => state))).toEqual(
      new Set(["skipped", "same"]),
    );
    // Each event once.
    const ids = events(shadowed, "logs").map(({ pairId }) => pairId);
    expect(new Set(ids).size).toBe(ids.length);
    const { matched, p50 } = shadowed.shadow.status().events;
    expect(matched).toBeGreaterThan(40);
    expect(p50).toBeLessThan(30_000);
  });

  test("are a finding where the candidate says something else or nothing", async () => {
    const both = await nodes();
    const shadowed = await shadowBetween(both.old.url, both.candidate.url);
    await shadowed.pass("eth_subscribe", ["logs", {}], SOCKET);
    await follow(both, everyFifth, () => events(shadowed, "logs").length > 40);
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed event-missing eth_subscription logs /result",
      "confirmed value-changed eth_subscription logs /result/data",
    ]);
  });

  test("that the candidate sends no event of at all are missing once its own chain has the blocks", async () => {
    const both = await nodes();
    const shadowed = await shadowBetween(both.old.url, both.candidate.url);
    await shadowed.pass("eth_subscribe", ["newHeads"], SOCKET);
    const timer = setInterval(() => {
      block(both.old, null);
      both.candidate.chain.head++;
    }, 50);
    await waitUntil(() => events(shadowed, "newHeads").length > 5, 25_000);
    clearInterval(timer);
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed event-missing eth_subscription newHeads /result",
    ]);
  });

  test("of a candidate that lags are no finding, and are compared when they come", async () => {
    const both = await nodes();
    const shadowed = await shadowBetween(both.old.url, both.candidate.url);
    await shadowed.pass("eth_subscribe", ["newHeads"], SOCKET);
    let blocks = 0;
    const timer = setInterval(() => {
      block(both.old, null);
      if (blocks++ > 20) block(both.candidate, null);
    }, 50);
    await waitUntil(() => events(shadowed, "newHeads").length > 20, 20_000);
    clearInterval(timer);
    expect(findingsOf(shadowed.comparisons)).toEqual([]);
    expect(shadowed.shadow.status().events.most).toBeGreaterThan(500);
  });

  test("of a candidate that sends what nothing can be made of are compared as far as there is sense in them", async () => {
    const both = await nodes();
    const shadowed = await shadowBetween(both.old.url, both.candidate.url);
    await shadowed.pass("eth_subscribe", ["logs", {}], SOCKET);
    const odd: JsonValue[] = [null, 7, "text", [], {}, { number: "zz", hash: 5 }, { hash: "0x1" }];
    const logOf = (): string => {
      for (const event of odd) {
        both.candidate.emit("newHeads", event);
        both.candidate.emit("logs", event);
      }
      return "0x01";
    };
    await follow(both, logOf, () => events(shadowed, "logs").length > 40);
    expect(findingsOf(shadowed.comparisons)).toEqual([]);
  });
});
