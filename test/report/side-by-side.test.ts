import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sideBySide } from "../../src/report/view/side-by-side.ts";
import type { Row } from "../../src/report/view/side-by-side.ts";

function sideText(cell: Row["old"]): string {
  return cell === null
    ? ""
    : `${cell.before}${cell.marked === "" ? "" : `[${cell.marked}]`}${cell.after}`;
}

/** Rows as text: `mark old | candidate`, with `*` where the row is the finding's. */
function lines(rows: readonly Row[]): string[] {
  return rows.map((row) =>
    row.mark === "fold"
      ? `fold ${row.text}`
      : `${row.mark}${row.focus ? "*" : ""} ${sideText(row.old)} | ${sideText(row.candidate)}`,
  );
}

const block = (fields: object): string =>
  JSON.stringify({ result: { a: 1, b: 2, c: 3, d: 4, ...fields, y: 5, z: 6, last: 7 } });

const log = (index: number): object => ({ logIndex: `0x${index}`, data: "0x" });
const fiveHundred = (value: number): string =>
  JSON.stringify({
    result: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, value])),
  });

const deep = (value: number): string => `${"[".repeat(50_000)}${value}${"]".repeat(50_000)}`;
const hex = (digit: string): string =>
  JSON.stringify({ result: `0x${"ab".repeat(50_000)}${digit}${"cd".repeat(50_000)}` });

describe("what is shown", () => {
  test("the way to the change, two neighbours, the rest folded", () => {
    expect(lines(sideBySide(block({ gone: "0x1" }), block({}), "/result/gone")))
      .toMatchInlineSnapshot(`
      [
        "same { | {",
        "same "result": { | "result": {",
        "fold 2 unchanged",
        "same "c": 3 | "c": 3",
        "same "d": 4 | "d": 4",
        "removed* ["gone": "0x1"] | ",
        "same "y": 5 | "y": 5",
        "same "z": 6 | "z": 6",
        "fold 1 unchanged",
        "same } | }",
        "same } | }",
      ]
    `);
  });

  test("another change of the pair is shown, but is not this finding's", () => {
    const rows = lines(sideBySide(block({ x: 1, gone: 2 }), block({ x: 9 }), "/result/gone"));
    expect(rows.filter((row) => row.startsWith("changed"))).toEqual([
      'changed "x": [1] | "x": [9]',
    ]);
    expect(rows.filter((row) => row.startsWith("removed"))).toEqual(['removed* ["gone": 2] | ']);
  });

  test("one item more in a list is one row, found by its identity", () => {
    const rows = lines(
      sideBySide(
        JSON.stringify({ result: [log(1), log(3)] }),
        JSON.stringify({ result: [log(1), log(2), log(3)] }),
        "/result/1",
      ),
    );
    expect(rows.filter((row) => !row.startsWith("same"))).toEqual([
      'added*  | [{"logIndex":"0x2","data":"0x"}]',
    ]);
  });

  test("only the part of a long value that changed is marked", () => {
    const [row] = sideBySide(
      `"${"a".repeat(50)}X${"b".repeat(50)}"`,
      `"${"a".repeat(50)}Y${"b".repeat(50)}"`,
      "",
    );
    expect([row?.old?.marked, row?.candidate?.marked]).toEqual(["X", "Y"]);
  });

  test("numbers by their text, repeated and odd keys as they came", () => {
    expect(lines(sideBySide("1.0", "1", ""))).toEqual(["changed* [1.0] | [1]"]);
    expect(lines(sideBySide("9007199254740993", "9007199254740992", ""))).toEqual([
      "changed* [9007199254740993] | [9007199254740992]",
    ]);
    expect(lines(sideBySide('{"__proto__":1}', '{"__proto__":2}', "/__proto__"))).toContain(
      'changed* "__proto__": [1] | "__proto__": [2]',
    );
  });

  test("what is not JSON is compared as text around its first difference", () => {
    const [row] = sideBySide(`{"cut": "${"a".repeat(900)}`, "<html>", "");
    expect(row?.old?.marked).toContain("characters differ");
    expect(row?.candidate?.marked).toBe("<html>");
  });

  test("a body nested without end is still shown", () => {
    const rows = sideBySide(deep(1), deep(2), "");
    expect(rows.length).toBeLessThanOrEqual(62);
    expect(rows.some((row) => row.mark === "changed")).toBe(true);
  });

  test("a change far inside a long value is found", () => {
    const row = sideBySide(hex("1"), hex("2"), "/result").find((one) => one.mark === "changed");
    expect([row?.old?.marked, row?.candidate?.marked]).toEqual(["1", "2"]);
  });

  test("many changes stay a page, with the finding's own among them", () => {
    const rows = sideBySide(fiveHundred(1), fiveHundred(2), "/result/k120");
    expect(rows.length).toBeLessThanOrEqual(62);
    expect(rows.some((row) => row.focus)).toBe(true);
  });
});

describe("for any JSON", () => {
  test("a pair that is equal has no marked row, whatever its white space", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const rows = sideBySide(JSON.stringify(value), JSON.stringify(value, undefined, 3), "");
        return rows.every((row) => row.mark === "same" || row.mark === "fold");
      }),
    );
  });

  test("a pair that differs has a marked row", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (one, other) => {
        fc.pre(JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other)));
        const rows = sideBySide(JSON.stringify(one), JSON.stringify(other), "");
        return rows.some((row) => row.mark !== "same" && row.mark !== "fold");
      }),
    );
  });

  test("no text makes it throw", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        (one, other, path) => sideBySide(one, other, path).length > 0,
      ),
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
