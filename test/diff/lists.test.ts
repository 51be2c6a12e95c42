import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import { found } from "../classify/pairs.ts";

const log = (index: number, data = `0x${index}${index}`): JsonValue => ({
  blockHash: `0x${"ab".repeat(32)}`,
  logIndex: `0x${index}`,
  data,
});

const transaction = (hash: string): JsonValue => ({ hash, nonce: "0x1", to: "0xaa", value: "0x9" });
const ofBlock = (block: string, index: number): JsonValue => ({
  blockNumber: block,
  logIndex: `0x${index}`,
});
const validator = (slot: number): JsonValue => ({ validator: `v${slot}`, amount: 7 });
const step = (pc: number, memory: boolean): JsonValue => ({
  pc,
  op: "ADD",
  ...(memory ? { memory: [] } : {}),
});
const accessList = (storageKeys: string[]): JsonValue => ({
  accessList: [{ address: "0xaa", storageKeys }],
});

describe("items with an identity", () => {
  test("one insertion is one difference, wherever it is", () => {
    expect(found([log(1), log(2), log(3)], [log(0), log(1), log(2), log(3)])).toEqual([
      "array-items-added /result/0",
    ]);
    expect(found([log(1), log(2), log(3)], [log(1), log(3)])).toEqual([
      "array-items-missing /result/1",
    ]);
  });

  test("a moved item is one change of order, at the list", () => {
    expect(found([log(1), log(2), log(3)], [log(3), log(1), log(2)])).toEqual([
      "array-order-changed /result",
    ]);
  });

  test("a change inside an item that moved is found at its new place", () => {
    expect(found([log(1), log(2), log(3)], [log(3), log(1), log(2, "0xff")])).toEqual([
      "array-order-changed /result",
      "value-changed /result/2/data",
    ]);
  });

  test("items that changed places and contents are still matched by their names", () => {
    expect(found([log(1), log(2)], [log(2, "0xee"), log(1, "0xff")])).toEqual([
      "array-order-changed /result",
      "value-changed /result/0/data",
      "value-changed /result/1/data",
    ]);
  });

  test("an item whose identity changed is a changed value, not one gone and one new", () => {
    expect(
      found(
        [transaction("0x1f"), transaction("0x2f"), transaction("0x3f")],
        [transaction("0x1f"), transaction("0x77"), transaction("0x3f")],
      ),
    ).toEqual(["value-changed /result/1/hash"]);
  });

  test("logs of two blocks repeat their logIndex and are told by both fields", () => {
    expect(
      found(
        [ofBlock("0x1", 0), ofBlock("0x2", 0), ofBlock("0x2", 1)],
        [ofBlock("0x1", 0), ofBlock("0x2", 1)],
      ),
    ).toEqual(["array-items-missing /result/1"]);
  });

  test("a field that is unique on both sides serves as identity", () => {
    expect(
      found([validator(1), validator(2), validator(3)], [validator(2), validator(3), validator(4)]),
    ).toEqual(["array-items-missing /result/0", "array-items-added /result/2"]);
  });
});

describe("items without one", () => {
  test("scalars are matched by value", () => {
    expect(found(["a", "b", "c"], ["b", "c"])).toEqual(["array-items-missing /result/0"]);
    expect(found(["a", "b", "c"], ["a", "x", "c"])).toEqual(["value-changed /result/1"]);
    expect(found(["a", "b"], ["b", "a"])).toEqual(["array-order-changed /result"]);
  });

  test("steps that all lose a field keep their places", () => {
    expect(
      found(
        [1, 2, 1].map((pc) => step(pc, true)),
        [1, 2, 1].map((pc) => step(pc, false)),
      ),
    ).toEqual([
      "field-removed /result/0/memory",
      "field-removed /result/1/memory",
      "field-removed /result/2/memory",
    ]);
  });

  test("lists of lists that changed places are a change of order", () => {
    expect(
      found(
        [
          [1, 2],
          [1, 3],
        ],
        [
          [1, 3],
          [1, 2],
        ],
      ),
    ).toEqual(["array-order-changed /result"]);
  });
});

test("an access list of Geth, built from a map, has no order", () => {
  expect(
    found(accessList(["0x1a", "0x2b"]), accessList(["0x2b", "0x1a"]), "eth_createAccessList"),
  ).toEqual(["serialisation-changed "]);
});

const numbered = (logIndex: string, data: string): JsonValue => ({
  logIndex,
  data,
  topics: [data],
  address: "0xa1",
});

const of = (numbers: readonly string[], data = ["0x1", "0x2", "0x3"]): JsonValue[] =>
  numbers.map((number, index) => numbered(number, data[index] ?? "0x9"));

describe("a number in a list is no name where the numbers changed", () => {
  test.each<[string, JsonValue[], JsonValue[], string[]]>([
    [
      "one counts from 1",
      of(["0x0", "0x1", "0x2"]),
      of(["0x1", "0x2", "0x3"]),
      ["0", "1", "2"].map((place) => `value-changed /result/${place}/logIndex`),
    ],
    [
      "the first is gone, and the rest is counted anew",
      of(["0x0", "0x1", "0x2"]),
      of(["0x0", "0x1"], ["0x2", "0x3"]),
      [
        "array-items-missing /result/0",
        "value-changed /result/0/logIndex",
        "value-changed /result/1/logIndex",
      ],
    ],
    [
      "the first is gone, and the rest keeps its number",
      of(["0x0", "0x1", "0x2"]),
      of(["0x1", "0x2"], ["0x2", "0x3"]),
      ["array-items-missing /result/0"],
    ],
    [
      "the contents of one changed",
      of(["0x0", "0x1", "0x2"]),
      of(["0x0", "0x1", "0x2"], ["0x1", "0x7", "0x3"]),
      ["value-changed /result/1/data", "value-changed /result/1/topics/0"],
    ],
  ])("%s", (_, old, candidate, expected) => {
    expect(found(old, candidate)).toEqual(expected);
  });
});
