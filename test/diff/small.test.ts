import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameBytes, trimmedLength } from "../../src/diff/bytes.ts";
import { isDeeper } from "../../src/diff/depth.ts";
import { CHANGE_LIMIT, diff } from "../../src/diff/diff.ts";
import { sameValue } from "../../src/diff/equal.ts";
import { IDENTITY_FIELDS, identityOf, nameOfItem, standingOf } from "../../src/diff/identity.ts";
import { createInterner } from "../../src/diff/intern.ts";
import {
  holdsNumber,
  isNumberText,
  markNumber,
  numberText,
  plain,
} from "../../src/diff/number-text.ts";
import { decode, mayHoldRiskyNumber, parseLossless, parsePlain } from "../../src/diff/parse.ts";
import { isDataKey, patternOf, toPointer, valueAt } from "../../src/diff/path.ts";
import { findRenames, sameInForm } from "../../src/diff/rename.ts";
import { isWrapped, wrapOf } from "../../src/diff/wrap.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;

/** The same value with the keys of every object the other way round. */
function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

const changes = (old: JsonValue, candidate: JsonValue): string[] =>
  diff(old, candidate).changes.map(({ type, path }) => `${type} /${path.join("/")}`);

describe("items of a list that come and go", () => {
  test.each<[string, JsonValue, JsonValue, string[]]>([
    [
      "texts are never alike",
      ["a", "b"],
      ["c"],
      ["item-removed /0", "item-removed /1", "item-added /0"],
    ],
    ["one of as many changed in its place", ["a", "b"], ["a", "c"], ["changed /1"]],
    [
      "objects of which half is the same are one that changed",
      [
        { a: 1, b: 2 },
        { a: 7, b: 8 },
      ],
      [{ a: 1, b: 3 }],
      ["item-removed /1", "changed /0/b"],
    ],
    [
      "objects of which less is the same are not",
      [
        { a: 1, b: 2, c: 3 },
        { a: 7, b: 8, c: 9 },
      ],
      [{ a: 1, b: 4, c: 5 }],
      ["item-removed /0", "item-removed /1", "item-added /0"],
    ],
    [
      "an object is not like a text",
      [{ a: 1 }, "x", "y"],
      ["z"],
      ["item-removed /0", "item-removed /1", "item-removed /2", "item-added /0"],
    ],
    [
      "a field that one of them has not counts for nothing",
      [
        { a: 1, b: 2 },
        { a: 5, b: 6 },
      ],
      [{ a: 1, c: 4 }],
      ["item-removed /1", "removed /0/b", "added /0/c"],
    ],
  ])("%s", (_, old, candidate, expected) => {
    expect(changes(old, candidate)).toEqual(expected);
  });
});

describe("two values", () => {
  test("are the same whatever the order of their keys, and have one number", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(sameValue(value, turned(value))).toBe(true);
        const interner = createInterner();
        expect(interner.idOf(value)).toBe(interner.idOf(turned(value)));
      }),
    );
  });

  test.each<[JsonValue | undefined, JsonValue | undefined]>([
    [1, "1"],
    [null, undefined],
    [null, {}],
    [{}, null],
    [[], {}],
    [{}, []],
    [[1], [1, 2]],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: { b: [1] } }, { a: { b: [2] } }],
    [["1,2"], [1, 2]],
    [{ a: null }, {}],
    [{ toString: 1 }, { valueOf: 1 }],
    [[[1], 2], [[1, 2]]],
  ])("%j and %j differ, and have two numbers", (one, other) => {
    expect(sameValue(one, other)).toBe(false);
    expect(sameValue(other, one)).toBe(false);
    const interner = createInterner();
    const [first, second] = [one, other].map((value) =>
      interner.idOf(value === undefined ? [] : [value]),
    );
    expect(first).not.toBe(second);
  });
});

test.each<[JsonValue | undefined, number, boolean]>([
  [undefined, 0, false],
  ["x", 0, false],
  [{}, 0, false],
  [[], 0, false],
  [[[]], 0, true],
  [[[]], 1, false],
  [{ a: [1, { b: 2 }] }, 1, true],
  [{ a: [1, { b: 2 }] }, 2, false],
  [[null, "a", [1]], 0, true],
])("%j is nested more than %d levels: %s", (value, limit, isIt) => {
  expect(isDeeper(value, limit)).toBe(isIt);
});

describe("bytes", () => {
  test.each([
    ["", 0],
    ["a", 1],
    ["a \r\n\t", 1],
    [" \n", 0],
    ["a b ", 3],
    ["a\0", 2],
  ])("%j has %d without white space at its end", (text, length) => {
    expect(trimmedLength(Buffer.from(text))).toBe(length);
  });

  test("are the same but for white space at the end", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.nat(40),
        fc.constantFrom("", "\n", " \r\n"),
        (text, at, end) => {
          const body = Buffer.from(`${text}!`);
          expect(sameBytes(body, Buffer.from(`${text}!${end}`))).toBe(true);
          const changed = Buffer.from(body);
          const place = at % changed.length;
          changed[place] = (changed[place] ?? 0) ^ 1;
          expect(sameBytes(body, changed)).toBe(false);
          expect(sameBytes(body, Buffer.from(`${text}!x`))).toBe(false);
        },
      ),
    );
  });
});

describe("a body as a text", () => {
  test.each([
    [Buffer.from("plain"), "plain"],
    [Buffer.from("é ✓"), "é ✓"],
    // Not UTF-8: each byte is a character.
    [Buffer.from([0x61, 0xff, 0xc3]), "a\u00ff\u00c3"],
    [Buffer.alloc(0), ""],
  ])("%j is %j", (body, text) => {
    expect(decode(body)).toBe(text);
  });

  test("is parsed with numbers kept as text where a double would change one", () => {
    expect(parsePlain("[1.0]")).toEqual({ ok: true, value: [1], marked: false });
    expect(parseLossless("[1]")).toEqual({ ok: true, value: [1], marked: false });
    expect(parseLossless("[1.0]")).toEqual({ ok: true, value: [markNumber("1.0")], marked: true });
  });
});

describe("a wrap", () => {
  test.each<[JsonValue | undefined, JsonValue | undefined, ReturnType<typeof wrapOf>]>([
    ["0x1", { value: "0x1" }, { key: "value", isNew: true }],
    [{ value: "0x1" }, "0x1", { key: "value", isNew: false }],
    ["0x1", { a: "0x2", b: "0x1" }, { key: "b", isNew: true }],
    [{ a: 1 }, { in: { a: 1 } }, { key: "in", isNew: true }],
    ["0x1", ["0x1"], null],
    ["0x1", { value: "0x2" }, null],
    ["0x1", { a: "0x1", b: 1, c: 2, d: 3, e: 4 }, null],
    ["0x1", { a: "0x1", b: 1, c: 2, d: 3 }, { key: "a", isNew: true }],
    [undefined, { a: 1 }, null],
    [{ a: 1 }, undefined, null],
    [null, { a: null }, null],
    ["", { a: "" }, null],
    [false, { a: false }, null],
    [{}, { a: {} }, null],
    [0, { a: 0 }, { key: "a", isNew: true }],
    [true, { a: true }, { key: "a", isNew: true }],
  ])("of %j and %j is %j", (old, candidate, wrap) => {
    expect(wrapOf(old, candidate)).toEqual(wrap);
    const isList = Array.isArray(candidate);
    expect(isWrapped(old ?? null, candidate ?? null)).toBe(isList || wrap !== null);
  });

  test("counts in a list too", () => {
    expect(isWrapped("0x1", ["0x1"])).toBe(true);
    expect(isWrapped(["0x1", 2, 3, 4], "0x1")).toBe(true);
    expect(isWrapped(["0x1", 2, 3, 4, 5], "0x1")).toBe(false);
    expect(isWrapped([], "0x1")).toBe(false);
  });
});

const isMap = (pattern: string): boolean => pattern === "/result/balances";

describe("a path", () => {
  test.each([
    [[], ""],
    [["result", "logs", 3], "/result/logs/3"],
    [["a/b", "c~d", "~1"], "/a~1b/c~0d/~01"],
    [[""], "/"],
  ])("%j is %j", (path, pointer) => {
    expect(toPointer(path)).toBe(pointer);
  });

  test("leads to a value, through lists and odd names, or to none", () => {
    const root: JsonValue = { "a/b": [1, { "~": null }], toString: 2 };
    const at = (pointer: string): JsonValue | undefined => valueAt(root, pointer);
    expect(at("")).toBe(root);
    expect(at("/a~1b/0")).toBe(1);
    expect(at("/a~1b/1/~0")).toBeNull();
    expect(at("/toString")).toBe(2);
    expect(at("/a~1b/length")).toBeUndefined();
    expect(at("/a~1b/2")).toBeUndefined();
    expect(at("/a~1b/0/x")).toBeUndefined();
    expect(at("/valueOf")).toBeUndefined();
    expect(at("/a~1b/1/~0/x")).toBeUndefined();
  });

  test.each([
    ["12", true],
    ["0x12345678", true],
    ["12345678", true],
    ["abcdef01", true],
    ["abcdef0", false],
    ["0x1234567", false],
    ["0x43600052-42", true],
    ["0x43600052-", false],
    ["feed", false],
    ["feedfeed", true],
    ["FEEDFEED", true],
    ["gfeedfeed", false],
    ["zfeedfeed", false],
    ["0x", false],
    ["g1234567", false],
    ["Abcdef01", true],
    ["z1", false],
    ["-1", false],
  ])("%s varies: %s", (segment, isIt) => {
    expect(patternOf(`/result/${segment}/x`)).toBe(`/result/${isIt ? "*" : segment}/x`);
  });

  test("keys of a map vary, whatever they are", () => {
    expect(patternOf("/result/balances/usd/total", isMap)).toBe("/result/balances/*/total");
    expect(patternOf("", isMap)).toBe("");
  });

  test.each([
    ["0x", true],
    ["0x1", true],
    ["0XaB", true],
    ["1", true],
    ["balance", false],
    ["0xg", false],
  ])("%s is a key that is data: %s", (key, isIt) => {
    expect(isDataKey(key)).toBe(isIt);
  });
});

function renamed(old: JsonObject, candidate: JsonObject): string[] {
  const removed = Object.keys(old).filter((key) => !Object.hasOwn(candidate, key));
  const added = Object.keys(candidate).filter((key) => !Object.hasOwn(old, key));
  return findRenames(old, candidate, removed, added).map(
    ({ type, from, to }) => `${type} ${from} ${to}`,
  );
}

const many = (count: number, name: string): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}x${at}`, 10_000 + at]));

const slots = (prefix: string): JsonObject =>
  Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${prefix}${at + 1}`, at]));

describe("a field of another name", () => {
  test.each<[string, JsonObject, JsonObject, string[]]>([
    ["of alike words", { gas_used: 1 }, { gasUsed: 1 }, ["renamed gas_used gasUsed"]],
    ["of one word more", { gas: 1 }, { gasLimit: 1 }, ["renamed gas gasLimit"]],
    ["of one word less", { gasLimit: 1 }, { gas: 1 }, ["renamed gasLimit gas"]],
    ["of alike words and another value", { gas_used: 1 }, { gasUsed: 2 }, []],
    ["alone, with a small value", { foo: 7 }, { bar: 7 }, ["renamed foo bar"]],
    ["alone, with nothing in it", { foo: 0 }, { bar: 0 }, []],
    ["alone, with zero in hex", { foo: "0x00" }, { bar: "0x00" }, []],
    ["alone, with a flag", { foo: true }, { bar: true }, []],
    ["alone, with null", { foo: null }, { bar: null }, []],
    ["alone, with an empty list", { foo: [] }, { bar: [] }, []],
    ["beside others, with a small value", { foo: 7, a: "x" }, { bar: 7, b: "y" }, []],
    ["beside others, with 999", { foo: 999, a: "x" }, { bar: 999, b: "y" }, []],
    [
      "beside others, with 1,000",
      { foo: 1000, a: "x" },
      { bar: 1000, b: "y" },
      ["renamed foo bar"],
    ],
    ["with -1,000", { foo: -1000, a: "x" }, { bar: -1000, b: "y" }, ["renamed foo bar"]],
    ["with 5 characters", { foo: "abcde", a: 1 }, { bar: "abcde", b: 2 }, []],
    ["with 6", { foo: "abcdef", a: 1 }, { bar: "abcdef", b: 2 }, ["renamed foo bar"]],
    ["with many zeros", { foo: "0x000000", a: 1 }, { bar: "0x000000", b: 2 }, []],
    ["with a list", { foo: [1], a: 1 }, { bar: [1], b: 2 }, ["renamed foo bar"]],
    ["with an empty object", { foo: {}, a: 1 }, { bar: {}, b: 2 }, []],
    ["with an object", { foo: { x: 1 }, a: 1 }, { bar: { x: 1 }, b: 2 }, ["renamed foo bar"]],
    ["with one value in two", { foo: "abcdef" }, { bar: "abcdef", baz: "abcdef" }, []],
    [
      "with one value in two, of which one sounds alike",
      { foo: "abcdef" },
      { bar: "abcdef", fooHash: "abcdef" },
      ["renamed foo fooHash"],
    ],
    ["each but once", { foo: "abcdef", fooo: "abcdef" }, { foo_: "abcdef" }, ["renamed foo foo_"]],
    ["whose key is data, in another form", { "0x01": 5 }, { "0x1": 6 }, ["rekeyed 0x01 0x1"]],
    [
      "whose key is data, in capitals",
      { "0xAB": 5 },
      { ab000000: 5, "0xab": 5 },
      ["rekeyed 0xAB 0xab"],
    ],
    ["whose key is other data", { "0x01": "abcdef" }, { "0x2": "abcdef" }, []],
    ["whose key is data for one that is none", { "0x01": "abcdef" }, { bar: "abcdef" }, []],
    ["whose key is no data for one that is", { bar: "abcdef" }, { "0x01": "abcdef" }, []],
    ["for odd names", { "-": "abcde" }, { "+": "abcde", x: 1 }, []],
    ["where nothing is gone", {}, { bar: 1 }, []],
    ["where nothing is new", { bar: 1 }, {}, []],
  ])("%s", (_, old, candidate, renames) => {
    expect(renamed(old, candidate)).toEqual(renames);
  });

  test("is looked for among 400 pairs, not among more", () => {
    expect(renamed(many(20, "old"), many(20, "new"))).toHaveLength(20);
    expect(renamed(many(20, "old"), many(21, "new"))).toHaveLength(0);
    // Keys that are data are told without.
    expect(renamed(slots("0x0"), slots("0x"))).toHaveLength(30);
  });

  test.each<[JsonValue | undefined, JsonValue | undefined, boolean]>([
    ["0x01", "0x1", true],
    ["01", "0x1", true],
    ["0xAB", "0xab", true],
    ["0x0", "0x00", true],
    ["0x10", "0x1", false],
    ["latest", "latest", true],
    ["Latest", "latest", false],
    [1, 1, true],
    [1, "1", false],
    [[1], [1], true],
    [undefined, null, false],
  ])("%j and %j are one value: %s", (old, candidate, isIt) => {
    expect(sameInForm(old, candidate)).toBe(isIt);
  });
});

const long = (count: number): JsonValue[] =>
  Array.from({ length: count }, (__, at) => ({ x: at, y: 1 }));

const name = (value: JsonValue): string | undefined => {
  const items = [{ id: value }, { id: "another" }];
  return [...(identityOf(items, items)?.old ?? [])][0];
};

describe("items", () => {
  test.each(IDENTITY_FIELDS.map((fields) => [fields]))("are named by %j", (fields) => {
    const item = (value: number): JsonObject =>
      Object.fromEntries(fields.map((field) => [field, `${field}${value}`]));
    const list = [item(1), item(2), item(3)];
    expect(nameOfItem(item(1))).not.toBe(nameOfItem(item(2)));
    expect(identityOf(list, list)?.candidate.size).toBe(3);
    expect(standingOf(list, list)).toBe("in-place");
    expect(standingOf(list, [item(2), item(1), item(3)])).toBe("moved");
    // Only gone and come.
    expect(standingOf(list, [item(1), item(9), item(3)])).toBe("unknown");
    expect(standingOf([item(1), item(1)], [item(1), item(2)])).toBe("unknown");
  });

  test.each<[string, JsonValue[], JsonValue[]]>([
    ["no objects", [1, 2], [1, 2]],
    ["objects and others", [{ id: 1 }, 2], [{ id: 1 }, 2]],
    ["objects and others of the candidate", [{ id: 1 }, { id: 2 }], [{ id: 1 }, 2]],
    ["no items", [], []],
    ["names that repeat", [{ hash: "a" }, { hash: "a" }], [{ hash: "a" }, { hash: "b" }]],
    ["nothing in common", [{ x: 1 }, { x: 2 }], [{ x: 3 }, { x: 4 }]],
    ["a single item", [{ x: 1 }], [{ x: 1 }]],
  ])("of %s have no name", (_, old, candidate) => {
    expect(identityOf(old, candidate)).toBeNull();
  });

  test("are named by the field that is unique on both sides and shares the most", () => {
    const old = [
      { a: 1, b: "p", c: 5 },
      { a: 2, b: "q", c: 5 },
      { a: 3, b: "r", c: 5 },
    ];
    const candidate = [
      { a: 9, b: "q", c: 5 },
      { a: 1, b: "p", c: 5 },
      { a: 8, b: "z", c: 5 },
    ];
    const identity = identityOf(old, candidate);
    expect(identity?.numbering).toBeNull();
    expect([...(identity?.old ?? [])]).toEqual(["p", "q", "r"]);
    expect([...(identity?.candidate ?? [])]).toEqual(["q", "p", "z"]);
    // Past 2,000 items of both sides only known fields name them.
    expect(identityOf(long(1_000), long(1_000))).not.toBeNull();
    expect(identityOf(long(1_000), long(1_001))).toBeNull();
  });

  test('1 and "1" are two names, short lists of scalars are some, long ones and flags none', () => {
    expect(name(1)).not.toBe(name("1"));
    expect(name([1, 2])).toBe("[1,2]");
    expect(name(Array.from({ length: 64 }, () => 1))).toBeDefined();
    expect(name(Array.from({ length: 65 }, () => 1))).toBeUndefined();
    expect(name(true)).toBeUndefined();
    expect(name(null)).toBeUndefined();
  });
});

/** JSON without spaces, of values whose risky numbers are marked. */
function asWritten(value: JsonValue): string {
  if (isNumberText(value)) return numberText(value);
  if (Array.isArray(value)) return `[${value.map(asWritten).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}:${asWritten(item)}`,
  );
  return `{${members.join(",")}}`;
}

describe("numbers by their text", () => {
  test.each([
    ["1", "1"],
    ["1.5", "1.5"],
    ["1.0", "1.0"],
    ["-0", "-0"],
    ["9007199254740993", "9007199254740993"],
    ["1e400", "1e400"],
    ["[1.0]", "[1.0]"],
    ['{"a":-0}', '{"a":-0}'],
    // Looks like a number within a string: that stays a string.
    ['{"a":":1.0,"}', '{"a":":1.0,"}'],
    ['[": 9007199254740993]", 1.0]', '[": 9007199254740993]",1.0]'],
    ["[ 12345678901234567, 1E5 , -0 ]", "[12345678901234567,1E5,-0]"],
  ])("%s is read as it was written", (text, written) => {
    const read = parseLossless(text);
    expect(read.ok && asWritten(read.value)).toBe(written);
  });

  test.each(["01", "1.", ".5", "1.0.0", "[1.5e]", "[-0-]", "--0", "[1e5", "1.0x", ""])(
    "%s is no JSON",
    (text) => {
      expect(parseLossless(text).ok).toBe(false);
      expect(parsePlain(text).ok).toBe(false);
    },
  );

  test.each([
    ["[1,2]", false],
    ["[-1]", false],
    ["[123456789012345]", false],
    ["[1234567890123456]", true],
    ["[1.5]", true],
    ["[1e5]", true],
    ["[-0]", true],
    ["5", true],
    ["-5", true],
    ['"a"', false],
  ])("%s may hold a number that a double changes: %s", (text, isIt) => {
    expect(mayHoldRiskyNumber(text)).toBe(isIt);
  });

  test.each<[JsonValue | undefined, boolean]>([
    [1, true],
    ["1", false],
    [markNumber("1.0"), true],
    [{ a: [{ b: 1 }] }, true],
    [{ a: [{ b: markNumber("1.0") }] }, true],
    [{ a: ["x", null, true] }, false],
    [["\0x"], false],
    [undefined, false],
    [null, false],
  ])("%j holds a number: %s", (value, isIt) => {
    expect(holdsNumber(value)).toBe(isIt);
    const other = { held: value ?? null };
    expect(diff(null, other).numbers).toBe(isIt);
    expect(diff({ other: 1 }, { other: 1 }).numbers).toBe(true);
    expect(diff(other, structuredClone(other)).numbers).toBe(
      isIt && !JSON.stringify(value).includes("\\u0000"),
    );
  });

  test("leave as numbers where a double gives them back", () => {
    expect(plain(markNumber("12"))).toBe(12);
    expect(plain(markNumber("1.0"))).toBe("1.0");
    expect(
      plain({ a: [markNumber("1.5"), markNumber("1e400")], b: { c: markNumber("-0") } }),
    ).toEqual({
      a: [1.5, "1e400"],
      b: { c: "-0" },
    });
    expect(plain(null)).toBeNull();
    const untouched = { a: ["x"] };
    expect(plain(untouched)).toBe(untouched);
  });
});

const list = (value: number): JsonValue[] =>
  Array.from({ length: CHANGE_LIMIT + 5 }, (_, at) => [value, at]);

test("no more changes are kept than the limit", () => {
  const { changes } = diff(list(1), list(2));
  expect(changes.length).toBe(CHANGE_LIMIT);
});
