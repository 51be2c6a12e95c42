import { describe, expect, test } from "vitest";
import { pairOf } from "../../studies/support/pairs.ts";
import { fromPointer, patternOf, toPointer } from "../../src/diff/path.ts";
import { patchOf } from "../../src/diff/patch.ts";
import { examine } from "../../src/classify/examine.ts";
import { found, kinds, response } from "../classify/pairs.ts";

const texts = (old: string, candidate: string): string[] =>
  kinds(
    pairOf(
      `{"jsonrpc":"2.0","id":1,"result":${old}}`,
      `{"jsonrpc":"2.0","id":1,"result":${candidate}}`,
    ),
  );

const nest = (depth: number, core: string): string =>
  `${"[".repeat(depth)}${core}${"]".repeat(depth)}`;

const body = (byte: number): Buffer =>
  Buffer.concat([Buffer.from('{"result":"'), Buffer.from([byte]), Buffer.from('"}')]);

const longError = (end: string): string =>
  response({ error: { code: 1, message: `${"method ".repeat(100_000)}${end}` } });

const isBalances = (pattern: string): boolean => pattern === "/result/balances";

describe("numbers by their text", () => {
  test.each([
    ["9007199254740993", "9007199254740992", ["value-changed /result"]],
    ["1.0", "1", ["encoding-changed /result"]],
    ["[1e3]", "[1000]", ["encoding-changed /result/0"]],
    ["-0", "0", ["encoding-changed /result"]],
    ["0.1", "0.10", ["serialisation-changed /result"]],
    ["[0.5,1.0]", "[0.5,1]", ["serialisation-changed /result/1"]],
    ["[9007199254740993]", "[9007199254740993 ]", ["serialisation-changed "]],
    ['{"a":"x, 1.0, y","b":1.0}', '{"a":"x, 1.0, y","b":1}', ["encoding-changed /result/b"]],
  ])("%s and %s", (old, candidate, expected) => {
    expect(texts(old, candidate)).toEqual(expected);
  });

  test("a difference shows a number that no double holds as its text", () => {
    const pair = pairOf('{"result":90071992547409931}', '{"result":1.5}');
    const [difference] = examine(pair).differences;
    expect([difference?.old, difference?.candidate]).toEqual(["90071992547409931", 1.5]);
  });
});

describe("forms of one value", () => {
  test.each([
    ["0x1a", "26", "encoding-changed"],
    ["0x1a", "0x01a", "encoding-changed"],
    ["0x1a", "1a", "encoding-changed"],
    ["", "0x", "encoding-changed"],
    ["0x", "0x0", "encoding-changed"],
    ["2026-11-21T10:00:00Z", "2026-11-21T10:00:00.000Z", "encoding-changed"],
    ["2026-11-21T10:00:00Z", "2026-11-21T10:00:01Z", "value-changed"],
    ["0xAb", "0xab", "letter-case-changed"],
    ["0x1a", 26, "type-changed"],
    [false, null, "type-changed"],
    ["0x1", null, "value-to-null"],
    [null, "0x1", "null-to-value"],
  ])("%j and %j", (old, candidate, kind) => {
    expect(found({ at: old }, { at: candidate })).toEqual([`${kind} /result/at`]);
  });

  test.each([[[]], [""], ["0x"], [{}]])("null and %j", (empty) => {
    expect(found({ at: null }, { at: empty })).toEqual(["empty-vs-null /result/at"]);
    expect(found({ at: empty }, { at: null })).toEqual(["empty-vs-null /result/at"]);
  });

  test("a value that is wrapped in an object is one change of type", () => {
    expect(found({ at: "0x1" }, { at: { value: "0x1" } })).toEqual(["type-changed /result/at"]);
  });
});

describe("fields", () => {
  test("an object that is gone is one difference", () => {
    expect(found({ a: 1, gone: { b: 1, c: { d: 2 } } }, { a: 1 })).toEqual([
      "field-removed /result/gone",
    ]);
  });

  test("a renamed field is one difference that shows both names", () => {
    const pair = pairOf(
      response({ result: { gasUsed: "0x5208" } }),
      response({ result: { gas_used: "0x5208" } }),
    );
    expect(examine(pair).differences).toMatchObject([
      {
        kind: "field-renamed",
        path: "/result/gasUsed",
        old: { gasUsed: "0x5208" },
        candidate: { gas_used: "0x5208" },
      },
    ]);
  });

  test("fields that share a common value by chance are one gone and one new", () => {
    expect(found({ a: "0x0", b: "0x1", c: 1 }, { x: "0x0", y: "0x2", c: 1 })).toEqual([
      "field-removed /result/a",
      "field-removed /result/b",
      "field-added /result/x",
      "field-added /result/y",
    ]);
  });

  test("slots whose keys change form are encoding-changed", () => {
    expect(
      found(
        { storage: { "0x01": "0xff", "0x02": "0xee" } },
        { storage: { "0x1": "0xff", "0x2": "0xee" } },
      ),
    ).toEqual(["encoding-changed /result/storage/0x01", "encoding-changed /result/storage/0x02"]);
  });

  test("a null that turns up is a new field unless answers have long had it", () => {
    expect(found({ hash: "0x1" }, { hash: "0x1", requestsHash: null })).toEqual([
      "field-added /result/requestsHash",
    ]);
    expect(found({ hash: "0x1" }, { hash: "0x1", to: null })).toEqual([
      "null-vs-absent /result/to",
    ]);
    expect(found({ hash: "0x1", requestsHash: null }, { hash: "0x1" })).toEqual([
      "null-vs-absent /result/requestsHash",
    ]);
  });
});

describe("hostile input", () => {
  test("past 1,000 levels there is one difference, at the cut", () => {
    const differences = texts(nest(5_000, "1"), nest(5_000, "2"));
    expect(differences).toHaveLength(1);
    expect(differences[0]?.split("/").length).toBe(1_001);
    expect(texts(nest(5_000, "1"), nest(5_000, "1 "))).toEqual(["serialisation-changed "]);
  });

  test("a difference can be stored whatever its depth", () => {
    const deep = nest(50_000, "1");
    const pair = pairOf(
      `{"result":{"gone":${deep},"other":${deep}}}`,
      `{"result":{"other":${nest(50_000, "2")}}}`,
    );
    expect(JSON.parse(JSON.stringify(examine(pair).differences))).toMatchObject([
      { kind: "value-changed", old: "(old is nested more than 1,000 levels deep)" },
      { kind: "field-removed", path: "/result/gone" },
    ]);
  });

  test("100,000 levels do not overflow the stack", () => {
    expect(texts(nest(100_000, '"a"'), nest(100_000, '"b"'))).toHaveLength(1);
    expect(texts(nest(100_000, "1.0"), nest(100_000, "1"))).toHaveLength(1);
  });

  test("long digits, long messages and long paths take no time that grows with their square", () => {
    const digits = "7".repeat(200_000);
    expect(texts(`[1.5,"x: ${digits}y"]`, `[1.5,"x: ${digits}z"]`)).toEqual([
      "value-changed /result/1",
    ]);
    expect(texts(digits, `${digits}0`)).toEqual(["value-changed /result"]);
    expect(kinds(pairOf(longError("a"), longError("b")))).toEqual([
      "error-message-changed /error/message",
    ]);
    expect(texts(nest(900, '{"a":1}'), nest(900, '{"a":2}'))).toHaveLength(1);
  });

  test("bytes that are not UTF-8 are told apart", () => {
    const pair = pairOf("x", "y");
    const compared = examine({
      ...pair,
      old: { ...pair.old, body: body(0xff) },
      candidate: { ...pair.candidate, body: body(0xfe) },
    });
    expect(compared.differences.map(({ kind }) => kind)).toEqual(["value-changed"]);
  });

  test("names that objects inherit are names like any other", () => {
    expect(found({ a: 1 }, { a: 1, constructor: 1 })).toEqual(["field-added /result/constructor"]);
    expect(texts('{"__proto__":1,"a":1}', '{"a":1}')).toEqual(["field-removed /result/__proto__"]);
    expect(texts('{"toString":1}', '{"toString":2}')).toEqual(["value-changed /result/toString"]);
  });

  test("lone surrogates and trailing white space", () => {
    expect(texts('"\\ud800"', '"\\ud801"')).toEqual(["value-changed /result"]);
    expect(texts('"a"', '"a"').concat(kinds(pairOf('{"result":1}', '{"result":1}\r\n ')))).toEqual(
      [],
    );
  });

  test("of two equal keys the last counts, as for every parser that clients use", () => {
    expect(texts('{"a":1,"a":2}', '{"a":2}')).toEqual(["serialisation-changed "]);
  });
});

describe("paths", () => {
  test.each([
    ["/result/logs/3/topics/0", "/result/logs/*/topics/*"],
    [`/result/0x${"ab".repeat(20)}/balance`, "/result/*/balance"],
    ["/result/deadbeef", "/result/*"],
    ["/result/dead", "/result/dead"],
    ["/headers/retry-after", "/headers/retry-after"],
    ["", ""],
  ])("%s → %s", (path, pattern) => {
    expect(patternOf(path)).toBe(pattern);
  });

  test("keys of a configured map become a star", () => {
    expect(patternOf("/result/balances/SP2J6ZY48/available", isBalances)).toBe(
      "/result/balances/*/available",
    );
  });

  test("a pointer gives back its segments", () => {
    const path = ["a/b", "~", "", 0];
    expect(toPointer(path)).toBe("/a~1b/~0//0");
    expect(fromPointer(toPointer(path))).toEqual(["a/b", "~", "", "0"]);
  });
});

describe("patch", () => {
  test("says a change of the root", () => {
    expect(patchOf("1", "2").patch).toEqual([{ op: "replace", path: "", value: 2 }]);
    expect(patchOf("[]", "{}").patch).toEqual([{ op: "replace", path: "", value: {} }]);
  });

  test("one inserted item is one operation, and so is one that is gone", () => {
    const logs = [1, 2, 3].map((index) => ({ logIndex: `0x${index}`, data: "0xaa" }));
    const [first, ...others] = logs;
    expect(patchOf(JSON.stringify(others), JSON.stringify(logs)).patch).toEqual([
      { op: "add", path: "/0", value: first },
    ]);
    expect(patchOf(JSON.stringify(logs), JSON.stringify(others)).patch).toEqual([
      { op: "remove", path: "/0" },
    ]);
  });

  test("says why there is none", () => {
    expect(patchOf("{", "{}")).toEqual({ patch: null, reason: "not JSON" });
    expect(patchOf(`${"[".repeat(2_000)}${"]".repeat(2_000)}`, "[]")).toEqual({
      patch: null,
      reason: "too deep",
    });
    expect(patchOf(`"${"a".repeat(9_000_000)}"`, "[]")).toEqual({
      patch: null,
      reason: "too large",
    });
  });
});
