import { whole } from "../../words.ts";
import { align, inPlace } from "../../diff/align.ts";
import { sameValue } from "../../diff/equal.ts";

import { createInterner } from "../../diff/intern.ts";
import { parseLossless } from "../../diff/parse.ts";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { clip, compact, indentedLines } from "./json-lines.ts";
import { markText } from "./mark.ts";
import type { Marked } from "./mark.ts";

/** One line of the comparison. `fold` stands for lines that are the same on both sides and says so in `text`. */
export interface Row {
  readonly mark: "same" | "changed" | "removed" | "added" | "fold";
  /** Belongs to the finding at hand; other changes of the pair are shown, but quieter. */
  readonly focus: boolean;
  readonly indent: number;
  readonly text: string | null;
  readonly old: Marked | null;
  readonly candidate: Marked | null;
}

/** Unchanged neighbours shown on either side of a change. */
const CONTEXT = 2;
const MOST_ROWS = 60;
const LINE_CHARACTERS = 600;
/** Rows of one value that is only on one side. */
const BLOCK_ROWS = 14;
/** A reader can't follow deeper nesting, and recursion has to end: below it a value is one line. */
const DEEPEST = 60;
/**
 * Lines of both responses side by side: the way to each change, the change marked inside its line, two neighbours around it,
 * and the rest folded. Items of arrays are matched as the differ does. Bodies that are not JSON or cut are compared as text
 * around their first difference.
 * @param path JSON pointer of the finding's difference
 * @param parsedCharacters longer bodies are compared as text too: parsing costs time and memory
 */
export function sideBySide(
  old: string,
  candidate: string,
  path: string,
  parsedCharacters = 1_000_000,
): Row[] {
  if (Math.max(old.length, candidate.length) <= parsedCharacters) {
    const one = parseLossless(old);
    const other = parseLossless(candidate);
    if (one.ok && other.ok) {
      const root = { old: one.value, candidate: other.value, label: "", indent: 0 };
      return trim(compare({ ...root, paths: ["", ""], focus: path }));
    }
  }
  const texts = markText(old, candidate, LINE_CHARACTERS);
  return [{ mark: "changed", focus: true, indent: 0, text: null, ...texts }];
}

interface Place {
  readonly old: JsonValue | undefined;
  readonly candidate: JsonValue | undefined;
  /** `"key": ` or empty. */
  readonly label: string;
  readonly indent: number;
  /** JSON pointers in old and in candidate: an item's index may differ. */
  readonly paths: readonly [old: string, candidate: string];
  readonly focus: string;
}

function compare(place: Place): Row[] {
  const { old, candidate, label } = place;
  if (old === undefined || candidate === undefined) return oneSided(place);
  if (sameValue(old, candidate)) return [plain(place, label + compact(old, LINE_CHARACTERS))];
  if (place.indent < DEEPEST) {
    if (isObject(old) && isObject(candidate))
      return container(place, ["{", "}"], fields(place, old, candidate));
    if (Array.isArray(old) && Array.isArray(candidate))
      return container(place, ["[", "]"], items(place, old, candidate));
  }
  const { old: before, candidate: after } = markText(
    compact(old, Infinity),
    compact(candidate, Infinity),
    LINE_CHARACTERS,
  );
  return [
    {
      mark: "changed",
      focus: inFocus(place),
      indent: place.indent,
      text: null,
      old: { ...before, before: label + before.before },
      candidate: { ...after, before: label + after.before },
    },
  ];
}

function fields(place: Place, old: JsonObject, candidate: JsonObject): Place[] {
  const added = Object.keys(candidate).filter((key) => !Object.hasOwn(old, key));
  return [...Object.keys(old), ...added].map((key) => {
    const step = `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return {
      ...place,
      old: Object.hasOwn(old, key) ? old[key] : undefined,
      candidate: Object.hasOwn(candidate, key) ? candidate[key] : undefined,
      label: `${clip(JSON.stringify(key), LINE_CHARACTERS)}: `,
      indent: place.indent + 1,
      paths: [place.paths[0] + step, place.paths[1] + step],
    };
  });
}

function items(place: Place, old: readonly JsonValue[], candidate: readonly JsonValue[]): Place[] {
  return pairsOf(old, candidate).map(([left, right]) => ({
    ...place,
    old: left === null ? undefined : old[left],
    candidate: right === null ? undefined : candidate[right],
    label: "",
    indent: place.indent + 1,
    paths: [`${place.paths[0]}/${left ?? "-"}`, `${place.paths[1]}/${right ?? "-"}`],
  }));
}

type ItemPair = readonly [old: number | null, candidate: number | null];

/** Items that belong together, in the candidate's order; what is gone stands where it was. */
function pairsOf(old: readonly JsonValue[], candidate: readonly JsonValue[]): ItemPair[] {
  const interner = createInterner();
  if (inPlace(old, candidate, interner)) return old.map((_, index) => [index, index]);
  const { matched, removed, added } = align(old, candidate, interner);
  const pairs: [place: number, pair: ItemPair][] = [
    ...matched.map((pair): [number, ItemPair] => [pair[1], pair]),
    ...added.map((index): [number, ItemPair] => [index, [null, index]]),
    ...removed.map((index): [number, ItemPair] => [index - 0.5, [index, null]]),
  ];
  return pairs.toSorted((a, b) => a[0] - b[0]).map(([, pair]) => pair);
}

/** An object or array: its changed children with some neighbours, folded in between. */
function container(place: Place, [open, close]: [string, string], places: readonly Place[]): Row[] {
  const changed = places.map(({ old, candidate }) => !sameValue(old, candidate));
  const rows: Row[] = [plain(place, place.label + open)];
  let folded = 0;
  const fold = (): void => {
    if (folded > 0) rows.push(foldRow(place.indent + 1, `${whole(folded)} unchanged`));
    folded = 0;
  };
  for (const [index, child] of places.entries()) {
    if (changed[index]) {
      fold();
      rows.push(...compare(child));
    } else if (changed.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).includes(true)) {
      fold();
      rows.push(plain(child, child.label + compact(child.old ?? null, LINE_CHARACTERS)));
    } else folded += 1;
  }
  fold();
  rows.push(plain(place, close));
  return rows;
}

function oneSided(place: Place): Row[] {
  const value = place.old ?? place.candidate ?? null;
  const { lines, more } = indentedLines(value, place.label, place.indent, BLOCK_ROWS);
  const mark = place.old === undefined ? ("added" as const) : ("removed" as const);
  const rows = lines.map((line): Row => {
    const cell = { before: "", marked: clip(line.text, LINE_CHARACTERS), after: "" };
    return {
      mark,
      focus: inFocus(place),
      indent: line.indent,
      text: null,
      old: mark === "removed" ? cell : null,
      candidate: mark === "added" ? cell : null,
    };
  });
  return more ? [...rows, foldRow(place.indent, `more lines ${mark}`)] : rows;
}

function plain(place: Place, text: string): Row {
  const cell = { before: clip(text, LINE_CHARACTERS), marked: "", after: "" };
  return {
    mark: "same",
    focus: false,
    indent: place.indent,
    text: null,
    old: cell,
    candidate: cell,
  };
}

function foldRow(indent: number, text: string): Row {
  return { mark: "fold", focus: false, indent, text, old: null, candidate: null };
}

function inFocus({ paths, focus }: Place): boolean {
  return paths.some(
    (path) => path === focus || path.startsWith(`${focus}/`) || focus.startsWith(`${path}/`),
  );
}

/** At most MOST_ROWS rows, those of the finding among them. */
function trim(rows: readonly Row[]): Row[] {
  if (rows.length <= MOST_ROWS) return [...rows];
  const focus = Math.max(
    0,
    rows.findIndex((row) => row.focus),
  );
  const start = Math.max(0, Math.min(focus - 20, rows.length - MOST_ROWS));
  const end = Math.min(rows.length, start + MOST_ROWS);
  return [...moreRows(start), ...rows.slice(start, end), ...moreRows(rows.length - end)];
}

function moreRows(count: number): Row[] {
  return count > 0 ? [foldRow(0, `${whole(count)} more lines`)] : [];
}
