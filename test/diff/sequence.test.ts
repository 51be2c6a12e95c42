import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonSubsequence, longestRising, pairInOrder } from "../../src/diff/sequence.ts";

type Pairs = readonly (readonly [number, number])[];

/** Every subset of the first `count` numbers. */
function subsets(count: number): number[][] {
  return Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (__, at) => at).filter((at) => (bits >> at) & 1),
  );
}

function rises(values: readonly number[]): boolean {
  return values.every((value, at) => at === 0 || (values[at - 1] ?? 0) < value);
}

/** Both sides rise strictly from pair to pair. */
function inOrder(pairs: Pairs): boolean {
  return rises(pairs.map(([left]) => left)) && rises(pairs.map(([, right]) => right));
}

function turned(pairs: Pairs): Pairs {
  return pairs.map(([left, right]) => [right, left] as const);
}

test("the longest rising subsequence is as long as the longest of all", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 }), (values) => {
      const found = longestRising(values);
      expect(rises(found)).toBe(true);
      expect(rises(found.map((at) => values[at] ?? 0))).toBe(true);
      const longest = subsets(values.length)
        .filter((places) => rises(places.map((at) => values[at] ?? 0)))
        .reduce((most, { length }) => Math.max(most, length), 0);
      expect(found).toHaveLength(longest);
    }),
  );
});

/** The length of a longest common subsequence, by its definition. */
function lengthOfCommon(one: readonly number[], other: readonly number[]): number {
  const [first, ...rest] = one;
  if (first === undefined || other.length === 0) return 0;
  const at = other.indexOf(first);
  const without = lengthOfCommon(rest, other);
  return at === -1 ? without : Math.max(without, 1 + lengthOfCommon(rest, other.slice(at + 1)));
}

describe("a common subsequence", () => {
  const names = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 9 });

  test("is of equal names, in order, as long as can be, and the same when sides are swapped", () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        const pairs = commonSubsequence(one, other);
        expect(inOrder(pairs)).toBe(true);
        for (const [left, right] of pairs) expect(one[left]).toBe(other[right]);
        expect(pairs).toHaveLength(lengthOfCommon(one, other));
        // Of two lists of one length, either may be taken for the shorter.
        fc.pre(one.length !== other.length);
        expect(commonSubsequence(other, one)).toEqual(turned(pairs));
      }),
    );
  });

  test("of lists too long for an exact answer takes equal names first come, first served", () => {
    // Nothing is set aside at the ends, and the table would have more than 250,000 cells.
    const numbers = Array.from({ length: 600 }, (_, at) => at);
    const old = [-1, ...numbers, -2];
    const candidate = [-3, ...numbers, ...numbers, -4];
    const pairs = commonSubsequence(old, candidate);
    expect(pairs).toEqual(numbers.map((at) => [at + 1, at + 1]));
    expect(commonSubsequence(candidate, old)).toEqual(turned(pairs));
    // One that comes late takes the rest with it.
    const moved = [-3, 599, ...numbers.slice(0, -1), -4];
    expect(commonSubsequence([-1, ...numbers, -2], moved)).toEqual([[600, 1]]);
    // Repeated names are taken one by one, from the first.
    const same = Array.from({ length: 700 }, () => 7);
    expect(commonSubsequence([1, ...same, 2], [3, ...same, 4])).toEqual(
      same.map((_, at) => [at + 1, at + 1]),
    );
    // What the table still holds is exact: 499 and 499 in the middle make 500 × 500 cells.
    const middle = numbers.slice(0, 497);
    expect(
      commonSubsequence([-1, ...middle, -2], [-3, 496, ...middle.slice(0, -1), -4]),
    ).toHaveLength(496);
  });
});

/** The most that likeness can add up to, by trying all. */
function most(
  row: number,
  column: number,
  rows: number,
  columns: number,
  likeness: (row: number, column: number) => number,
): number {
  if (row === rows || column === columns) return 0;
  const here = likeness(row, column);
  return Math.max(
    here > 0 ? here + most(row + 1, column + 1, rows, columns, likeness) : 0,
    most(row + 1, column, rows, columns, likeness),
    most(row, column + 1, rows, columns, likeness),
  );
}

const alike = (row: number, column: number): number => (row === column && row !== 3 ? 1 : 0.5);

const off = (row: number, column: number): number => (column === row + 1 ? 1 : 0);

describe("pairs in order", () => {
  const table = fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
    .chain(([rows, columns]) =>
      fc
        .array(fc.constantFrom(0, 0.5, 0.75, 1), {
          minLength: rows * columns,
          maxLength: rows * columns,
        })
        .map((cells) => ({
          rows,
          columns,
          likeness: (row: number, column: number) => cells[row * columns + column] ?? 0,
        })),
    );

  test("add up to the most likeness, pair nothing that is not alike, and mirror", () => {
    fc.assert(
      fc.property(table, ({ rows, columns, likeness }) => {
        const pairs = pairInOrder(rows, columns, likeness);
        expect(inOrder(pairs)).toBe(true);
        for (const [row, column] of pairs) expect(likeness(row, column)).toBeGreaterThan(0);
        const sum = pairs.reduce((all, [row, column]) => all + likeness(row, column), 0);
        expect(sum).toBeCloseTo(most(0, 0, rows, columns, likeness));
        fc.pre(rows !== columns);
        expect(pairInOrder(columns, rows, (row, column) => likeness(column, row))).toEqual(
          turned(pairs),
        );
      }),
    );
  });

  test("of many are by position, where alike", () => {
    expect(pairInOrder(50, 51, (row, column) => (row === 3 ? 0 : alike(row, column)))).toEqual(
      Array.from({ length: 50 }, (_, at) => [at, at]).filter(([at]) => at !== 3),
    );
    // 2,500 cells are still tried: the best pairing is one off.
    expect(pairInOrder(50, 50, off)).toHaveLength(49);
    expect(pairInOrder(50, 51, off)).toEqual([]);
  });
});
