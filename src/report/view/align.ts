import { compact, sameTree } from "./json-tree.ts";
import type { Tree } from "./json-tree.ts";

/** Items that belong together for a reader; an index is null where that side has no such item. */
export interface AlignedItem {
  readonly old: number | null;
  readonly candidate: number | null;
}

/** Fields that name an item, strongest first. Only those count that are there and differ in every item of a side. */
const IDENTITIES = [
  ["transactionHash", "logIndex"],
  ["hash"],
  ["transactionHash"],
  ["tx_id"],
  ["logIndex"],
  ["txHash"],
  ["index"],
  ["key"],
  ["address"],
] as const;

/** How far identities are looked for; longer arrays are aligned by position. */
const MOST_ITEMS = 5_000;

/** Aligns two arrays: equal ends first, then by identity, else by position, so that one inserted item is one row. */
export function alignItems(old: readonly Tree[], candidate: readonly Tree[]): AlignedItem[] {
  const head = countWhile(Math.min(old.length, candidate.length), (index) =>
    sameTree(old[index] as Tree, candidate[index] as Tree),
  );
  const tail = countWhile(Math.min(old.length, candidate.length) - head, (index) =>
    sameTree(old[old.length - 1 - index] as Tree, candidate[candidate.length - 1 - index] as Tree),
  );
  const middle = alignMiddle(
    old.slice(head, old.length - tail),
    candidate.slice(head, candidate.length - tail),
  );
  return [
    ...range(head).map((index) => ({ old: index, candidate: index })),
    ...middle.map((item) => ({
      old: item.old === null ? null : item.old + head,
      candidate: item.candidate === null ? null : item.candidate + head,
    })),
    ...range(tail).map((index) => ({
      old: old.length - tail + index,
      candidate: candidate.length - tail + index,
    })),
  ];
}

function alignMiddle(old: readonly Tree[], candidate: readonly Tree[]): AlignedItem[] {
  if (old.length + candidate.length <= MOST_ITEMS) {
    for (const fields of IDENTITIES) {
      const olds = namesOf(old, fields);
      const candidates = namesOf(candidate, fields);
      if (olds !== null && candidates !== null) return byName(olds, candidates);
    }
  }
  return range(Math.max(old.length, candidate.length)).map((index) => ({
    old: index < old.length ? index : null,
    candidate: index < candidate.length ? index : null,
  }));
}

function byName(
  old: ReadonlyMap<string, number>,
  candidate: ReadonlyMap<string, number>,
): AlignedItem[] {
  const items: AlignedItem[] = [...old].map(([name, index]) => ({
    old: index,
    candidate: candidate.get(name) ?? null,
  }));
  for (const [name, index] of candidate)
    if (!old.has(name)) items.push({ old: null, candidate: index });
  return items;
}

/** Each item's name by the given fields, or null where one lacks it or two share it. */
function namesOf(
  items: readonly Tree[],
  fields: readonly string[],
): ReadonlyMap<string, number> | null {
  const names = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    if (item.type !== "object") return null;
    const values = fields.map((field) => item.entries.find(([key]) => key === field)?.[1]);
    if (values.some((value) => value?.type !== "scalar")) return null;
    names.set(values.map((value) => compact(value as Tree, 100)).join(" "), index);
  }
  return names.size === items.length ? names : null;
}

function countWhile(most: number, holds: (index: number) => boolean): number {
  let count = 0;
  while (count < most && holds(count)) count += 1;
  return count;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
