/** A line with the part that changed. */
export interface Marked {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** Unchanged characters kept around a change inside a long value, at most; a quarter of what there is room for. */
const AROUND = 80;

/** Marks what differs between two texts: all between their common start and their common end. Long parts are cut. */
export function markText(
  old: string,
  candidate: string,
  most: number,
): { readonly old: Marked; readonly candidate: Marked } {
  const shorter = Math.min(old.length, candidate.length);
  let start = 0;
  while (start < shorter && old[start] === candidate[start]) start += 1;
  let end = 0;
  while (
    end < shorter - start &&
    old[old.length - 1 - end] === candidate[candidate.length - 1 - end]
  )
    end += 1;
  // A change inside a short number or word reads better whole: 0x1a → 0x2a, not 1 → 2.
  if (Math.max(old.length, candidate.length) <= 24) [start, end] = [0, 0];
  return { old: markOne(old, start, end, most), candidate: markOne(candidate, start, end, most) };
}

function markOne(text: string, start: number, end: number, most: number): Marked {
  const changed = text.slice(start, text.length - end);
  const around = Math.min(AROUND, Math.floor(most / 4));
  const room = Math.max(around, most - 2 * around);
  return {
    before:
      start > around * 2 + 24
        ? `${text.slice(0, Math.min(24, around))}…${text.slice(start - around, start)}`
        : text.slice(0, start),
    marked:
      changed.length > room
        ? `${changed.slice(0, room)}… (${whole(changed.length)} characters differ)`
        : changed,
    after:
      end > around
        ? `${text.slice(text.length - end, text.length - end + around)}…`
        : text.slice(text.length - end),
  };
}
import { whole } from "../../words.ts";
