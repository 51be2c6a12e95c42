/** Positions of a longest strictly rising subsequence: what kept its order when the rest moved. n log n. */
export function longestRising(values: readonly number[]): number[] {
  const tails: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  }
  const positions: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) positions.push(at);
  return positions.reverse();
}

type Name = string | number | undefined;
type Pair = readonly [old: number, candidate: number];

function swapped([left, right]: Pair): Pair {
  return [right, left];
}

/** Cells of the table for an exact answer; past it equal names are matched first come, first served. */
const EXACT_CELLS = 250_000;

/** A longest common subsequence of two lists of names. Equal ends are set aside first, so one insertion costs one pass. */
export function commonSubsequence(old: readonly Name[], candidate: readonly Name[]): Pair[] {
  let start = 0;
  while (start < old.length && start < candidate.length && old[start] === candidate[start])
    start += 1;
  let oldEnd = old.length;
  let candidateEnd = candidate.length;
  while (
    oldEnd > start &&
    candidateEnd > start &&
    old[oldEnd - 1] === candidate[candidateEnd - 1]
  ) {
    oldEnd -= 1;
    candidateEnd -= 1;
  }
  // Always from the shorter side, so that swapped sides give the same pairs where several are as good.
  if (old.length > candidate.length) return commonSubsequence(candidate, old).map(swapped);
  const pairs: Pair[] = [];
  for (let index = 0; index < start; index += 1) pairs.push([index, index]);
  const cells = (oldEnd - start + 1) * (candidateEnd - start + 1);
  const middle = cells <= EXACT_CELLS ? exact : greedy;
  pairs.push(...middle(old, candidate, start, oldEnd, candidateEnd));
  for (let index = 0; oldEnd + index < old.length; index += 1)
    pairs.push([oldEnd + index, candidateEnd + index]);
  return pairs;
}

function exact(
  old: readonly Name[],
  candidate: readonly Name[],
  start: number,
  oldEnd: number,
  candidateEnd: number,
): Pair[] {
  const rows = oldEnd - start;
  const columns = candidateEnd - start;
  const width = columns + 1;
  const lengths = new Int32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row -= 1)
    for (let column = columns - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[start + row] === candidate[start + column]
          ? (lengths[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(
              lengths[(row + 1) * width + column] ?? 0,
              lengths[row * width + column + 1] ?? 0,
            );
  const pairs: Pair[] = [];
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (old[start + row] === candidate[start + column]) {
      pairs.push([start + row, start + column]);
      row += 1;
      column += 1;
    } else {
      const down = lengths[(row + 1) * width + column] ?? 0;
      const across = lengths[row * width + column + 1] ?? 0;
      if (skipsRow(down, across, rows - row, columns - column)) row += 1;
      else column += 1;
    }
  }
  return pairs;
}

function greedy(
  old: readonly Name[],
  candidate: readonly Name[],
  start: number,
  oldEnd: number,
  candidateEnd: number,
): Pair[] {
  const places = new Map<Name, number[]>();
  for (let index = oldEnd - 1; index >= start; index -= 1) {
    const list = places.get(old[index]);
    if (list) list.push(index);
    else places.set(old[index], [index]);
  }
  const pairs: Pair[] = [];
  let from = start;
  for (let index = start; index < candidateEnd; index += 1) {
    const list = places.get(candidate[index]);
    let place = list?.pop();
    while (place !== undefined && place < from) place = list?.pop();
    if (place === undefined) continue;
    pairs.push([place, index]);
    from = place + 1;
  }
  return pairs;
}

/** Cells of the table for the best pairing; past it items are paired by position. */
const PAIRING_CELLS = 2_500;

/**
 * Pairs of rows and columns, in order, whose likeness adds up to the most. Many rows and columns are paired by position,
 * where they are alike at all.
 *
 * @param likeness 0 where the two may not be paired.
 */
export function pairInOrder(
  rows: number,
  columns: number,
  likeness: (row: number, column: number) => number,
): Pair[] {
  if (rows > columns)
    return pairInOrder(columns, rows, (row, column) => likeness(column, row)).map(swapped);
  const pairs: Pair[] = [];
  if (rows * columns > PAIRING_CELLS) {
    for (let index = 0; index < Math.min(rows, columns); index += 1)
      if (likeness(index, index) > 0) pairs.push([index, index]);
    return pairs;
  }
  const width = columns + 1;
  const best = new Float64Array((rows + 1) * width);
  const alike = new Float64Array(rows * columns);
  for (let row = rows - 1; row >= 0; row -= 1)
    for (let column = columns - 1; column >= 0; column -= 1) {
      const here = likeness(row, column);
      alike[row * columns + column] = here;
      const paired = here > 0 ? here + (best[(row + 1) * width + column + 1] ?? 0) : 0;
      const skipped = Math.max(
        best[(row + 1) * width + column] ?? 0,
        best[row * width + column + 1] ?? 0,
      );
      best[row * width + column] = Math.max(paired, skipped);
    }
  for (let row = 0, column = 0; row < rows && column < columns;) {
    const here = alike[row * columns + column] ?? 0;
    const paired = here > 0 ? here + (best[(row + 1) * width + column + 1] ?? 0) : 0;
    if (here > 0 && paired >= (best[row * width + column] ?? 0)) {
      pairs.push([row, column]);
      row += 1;
      column += 1;
    } else {
      const down = best[(row + 1) * width + column] ?? 0;
      const across = best[row * width + column + 1] ?? 0;
      if (skipsRow(down, across, rows - row, columns - column)) row += 1;
      else column += 1;
    }
  }
  return pairs;
}

/** A tie leaves out an item of the longer side, so that swapped sides give the same pairs. */
function skipsRow(down: number, across: number, rowsLeft: number, columnsLeft: number): boolean {
  return down > across || (down === across && rowsLeft >= columnsLeft);
}
