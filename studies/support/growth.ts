import type { Comparison } from "../../src/model/comparison.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Pair } from "../../src/model/pair.ts";
import { pairOf } from "./pairs.ts";

export interface Growth {
  readonly shape: string;
  /** Time at double the size over time at the size. */
  readonly ratio: number;
}

type Make = (size: number) => readonly [JsonValue, JsonValue];

const item = (index: number): JsonValue => ({
  name: `0x${index.toString(16).padStart(64, "0")}`,
  rank: index,
});

function list(size: number): JsonValue[] {
  return Array.from({ length: size }, (_, index) => item(index));
}

/** Nested so that both sides differ at every level, in two places and in another order. */
function nested(depth: number, mark: number): JsonValue {
  let value: JsonValue = mark;
  for (let level = 0; level < depth; level += 1)
    value = mark === 1 ? [value, [1], [2]] : [value, [2], [1]];
  return value;
}

const SHAPES: readonly (readonly [string, number, Make])[] = [
  [
    "every item of a list differs",
    4_000,
    (size) => [list(size), list(size).map((_, index) => item(index + size))],
  ],
  ["a list in reverse order", 4_000, (size) => [list(size), list(size).toReversed()]],
  ["one insertion at the start", 20_000, (size) => [list(size), [item(size), ...list(size)]]],
  [
    "the same scalar many times",
    40_000,
    (size) => [Array<JsonValue>(size).fill(1), [2, ...Array<JsonValue>(size).fill(1)]],
  ],
  [
    "scalars that all differ",
    20_000,
    (size) => [list(size).map((_, i) => i), list(size).map((_, i) => `${i}`)],
  ],
  ["objects of other keys", 4_000, (size) => [keys(size, "a"), keys(size, "b")]],
  ["nested lists, other order at each level", 200, (size) => [nested(size, 1), nested(size, 2)]],
];

function keys(size: number, prefix: string): JsonValue {
  return Object.fromEntries(
    Array.from({ length: size }, (_, index) => [`${prefix}${index}`, `${index}`]),
  );
}

/** Doubles the size of shapes that could cost more than they should and compares the times. */
export function growthOf(examine: (pair: Pair) => Comparison): Growth[] {
  return SHAPES.map(([shape, size, make]) => {
    const once = bestTime(examine, pairFrom(make(size)));
    const twice = bestTime(examine, pairFrom(make(size * 2)));
    return { shape, ratio: twice / once };
  });
}

function pairFrom([old, candidate]: readonly [JsonValue, JsonValue]): Pair {
  return pairOf(
    JSON.stringify({ jsonrpc: "2.0", id: 1, result: old }),
    JSON.stringify({ jsonrpc: "2.0", id: 1, result: candidate }),
    "eth_anything",
  );
}

/** CPU time of five comparisons; other work on the machine does not count. */
function bestTime(examine: (pair: Pair) => Comparison, pair: Pair): number {
  let best = Infinity;
  for (let turn = 0; turn < 9; turn += 1) {
    const start = process.cpuUsage();
    for (let repeat = 0; repeat < 5; repeat += 1) examine(pair);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, user + system);
  }
  return best;
}
