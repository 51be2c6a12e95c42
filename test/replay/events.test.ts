import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import { matchEvents } from "../../src/replay/afterwards/events.ts";

const WINDOW = { first: 1, last: 10 };

function log(index: string, data: string, block = 5): JsonValue {
  return {
    blockHash: `0xb${block}`,
    blockNumber: `0x${block.toString(16)}`,
    transactionHash: "0xt",
    logIndex: index,
    address: "0xa",
    topics: ["0x1"],
    data,
  };
}

function shown(event: JsonValue): string {
  const { logIndex, data } = event as { logIndex: string; data: string };
  return `${logIndex}=${data}`;
}

function matched(old: readonly JsonValue[], candidate: readonly JsonValue[]): string[] {
  const { both, missing } = matchEvents(old, candidate, WINDOW);
  return [
    ...both.map((pair) => `${shown(pair.old)} with ${shown(pair.candidate)}`),
    ...missing.map((one) => `${shown(one.old)} missing`),
  ];
}

describe("events of both sides", () => {
  test.each([
    ["the same ones", [log("0x0", "a")], [log("0x0", "a")], ["0x0=a with 0x0=a"]],
    [
      "all with index 0",
      [log("0x0", "a"), log("0x1", "b")],
      [log("0x0", "a"), log("0x0", "b")],
      ["0x0=a with 0x0=a", "0x1=b with 0x0=b"],
    ],
    [
      "counted from 1",
      [log("0x0", "a"), log("0x1", "b")],
      [log("0x1", "a"), log("0x2", "b")],
      ["0x0=a with 0x1=a", "0x1=b with 0x2=b"],
    ],
    ["other data at one index", [log("0x0", "a")], [log("0x0", "z")], ["0x0=a with 0x0=z"]],
    [
      "one that did not come",
      [log("0x0", "a"), log("0x1", "b")],
      [log("0x0", "a")],
      ["0x0=a with 0x0=a", "0x1=b missing"],
    ],
    [
      "one of two that are alike",
      [log("0x0", "a"), log("0x1", "a")],
      [log("0x0", "a")],
      ["0x0=a with 0x0=a", "0x1=a missing"],
    ],
    [
      "one that came twice",
      [log("0x0", "a"), log("0x0", "a")],
      [log("0x0", "a")],
      ["0x0=a with 0x0=a"],
    ],
    ["one outside of the window", [log("0x0", "a", 11)], [], []],
    [
      "the same data in another block",
      [log("0x0", "a", 5)],
      [log("0x0", "a", 6)],
      ["0x0=a missing"],
    ],
  ] as const)("%s", (_name, old, candidate, expected) => {
    expect(matched(old, candidate)).toEqual(expected);
  });
});
