import type { Counts, Weighted } from "../../model/run.ts";

/** Rows of the same key joined by `add`, in the order in which the keys first came. */
export function mergeBy<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => readonly string[],
  add: (a: Row, b: Row) => Row,
): Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    const known = merged.get(key);
    merged.set(key, known === undefined ? row : add(known, row));
  }
  return [...merged.values()];
}

/** Values that differ in their JSON. */
export function distinct<Value>(values: readonly Value[]): Value[] {
  return mergeBy(
    values,
    (value) => [JSON.stringify(value)],
    (a) => a,
  );
}

export function addWeighted(a: Weighted, b: Weighted): Weighted {
  return {
    calls: a.calls + b.calls,
    weight: a.weight + b.weight,
    weightSquares: a.weightSquares + b.weightSquares,
  };
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number): number =>
    all.reduce((total, counts) => total + of(counts), 0);
  return {
    exchanges: sum(({ exchanges }) => exchanges),
    calls: sum(({ calls }) => calls),
    compared: sum(({ compared }) => compared),
    same: sum(({ same }) => same),
    different: sum(({ different }) => different),
    uncomparable: sum(({ uncomparable }) => uncomparable),
    skipped: sum(({ skipped }) => skipped),
  };
}
