import { alignItems } from "./align.ts";
import { compact, readTree, sameTree } from "./json-tree.ts";
import type { Tree } from "./json-tree.ts";
import { markText } from "./mark.ts";
import type { Marked } from "./mark.ts";

/** One line of the comparison. `fold` stands for lines that are the same on both sides and say so in `text`. */
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
/** Past this a body is compared as text, so that a report of many large bodies is still made in seconds. */
const PARSED_CHARACTERS = 300_000;

/**
 * Lines of both responses side by side: the way to each change, the change marked inside its line, two neighbours around it, and
 * the rest folded. Bodies that are not JSON, cut, too long or too deep are compared as text around their first difference.
 * @param path JSON pointer of the finding's difference
 */
export function sideBySide(old: string, candidate: string, path: string): Row[] {
  if (old.length <= PARSED_CHARACTERS && candidate.length <= PARSED_CHARACTERS) {
    const one = readTree(old);
    const other = readTree(candidate);
    if (one !== null && other !== null)
      return trim(
        compare({ old: one, candidate: other, label: "", indent: 0, paths: ["", ""], focus: path }),
      );
  }
  const texts = markText(old, candidate, LINE_CHARACTERS);
  return [{ mark: "changed", focus: true, indent: 0, text: null, ...texts }];
}

interface Place {
  readonly old: Tree | undefined;
  readonly candidate: Tree | undefined;
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
  if (old.type === "object" && candidate.type === "object")
    return container(place, "{}", children(place, old.entries, candidate.entries));
  if (old.type === "array" && candidate.type === "array")
    return container(
      place,
      "[]",
      alignItems(old.items, candidate.items).map((item) => ({
        ...place,
        old: item.old === null ? undefined : old.items[item.old],
        candidate: item.candidate === null ? undefined : candidate.items[item.candidate],
        label: "",
        indent: place.indent + 1,
        paths: [
          `${place.paths[0]}/${item.old ?? "-"}`,
          `${place.paths[1]}/${item.candidate ?? "-"}`,
        ] as const,
      })),
    );
  if (sameTree(old, candidate)) return [plain(place, label + compact(old, LINE_CHARACTERS))];
  const marked = markText(
    compact(old, LINE_CHARACTERS * 8),
    compact(candidate, LINE_CHARACTERS * 8),
    LINE_CHARACTERS,
  );
  return [
    {
      mark: "changed",
      focus: inFocus(place),
      indent: place.indent,
      text: null,
      old: { ...marked.old, before: label + marked.old.before },
      candidate: { ...marked.candidate, before: label + marked.candidate.before },
    },
  ];
}

function children(
  place: Place,
  old: readonly (readonly [string, Tree])[],
  candidate: readonly (readonly [string, Tree])[],
): Place[] {
  const olds = new Map(old);
  const candidates = new Map(candidate);
  const keys = [...olds.keys(), ...[...candidates.keys()].filter((key) => !olds.has(key))];
  return keys.map((key) => {
    const step = `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return {
      ...place,
      old: olds.get(key),
      candidate: candidates.get(key),
      label: `"${key}": `,
      indent: place.indent + 1,
      paths: [place.paths[0] + step, place.paths[1] + step] as const,
    };
  });
}

/** An object or array: its changed children with some neighbours, folded in between. */
function container(place: Place, brackets: string, places: readonly Place[]): Row[] {
  const changed = places.map(
    ({ old, candidate }) =>
      old === undefined || candidate === undefined || !sameTree(old, candidate),
  );
  const rows: Row[] = [plain(place, place.label + brackets[0])];
  let folded = 0;
  const fold = (): void => {
    if (folded > 0) rows.push(foldRow(place.indent + 1, folded));
    folded = 0;
  };
  for (const [index, child] of places.entries()) {
    if (changed[index]) {
      fold();
      rows.push(...compare(child));
    } else if (changed.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).includes(true)) {
      fold();
      rows.push(plain(child, child.label + compact(child.old as Tree, LINE_CHARACTERS)));
    } else folded += 1;
    if (rows.length > MOST_ROWS * 4) break;
  }
  fold();
  rows.push(plain(place, brackets[1] as string));
  return rows;
}

function oneSided(place: Place): Row[] {
  const tree = (place.old ?? place.candidate) as Tree;
  const lines = indented(tree, place.label, place.indent);
  const shown = lines.slice(0, BLOCK_ROWS);
  const mark = place.old === undefined ? ("added" as const) : ("removed" as const);
  const rows = shown.map((line): Row => {
    const cell = { before: "", marked: clip(line.text), after: "" };
    return {
      mark,
      focus: inFocus(place),
      indent: line.indent,
      text: null,
      old: mark === "removed" ? cell : null,
      candidate: mark === "added" ? cell : null,
    };
  });
  if (lines.length > shown.length)
    rows.push({
      ...foldRow(place.indent, 0),
      text: `${lines.length - shown.length} more lines ${mark}`,
    });
  return rows;
}

/** A tree as indented lines; small containers stay on one line. */
function indented(tree: Tree, label: string, indent: number): { text: string; indent: number }[] {
  const line = label + compact(tree, LINE_CHARACTERS);
  if (tree.type === "scalar" || line.length <= 60) return [{ text: line, indent }];
  const inner =
    tree.type === "object"
      ? tree.entries.flatMap(([key, value]) => indented(value, `"${key}": `, indent + 1))
      : tree.items.slice(0, BLOCK_ROWS * 4).flatMap((item) => indented(item, "", indent + 1));
  const [open, close] = tree.type === "object" ? ["{", "}"] : ["[", "]"];
  return [{ text: label + open, indent }, ...inner, { text: close, indent }];
}

function plain(place: Place, text: string): Row {
  const cell = { before: clip(text), marked: "", after: "" };
  return {
    mark: "same",
    focus: false,
    indent: place.indent,
    text: null,
    old: cell,
    candidate: cell,
  };
}

function foldRow(indent: number, count: number): Row {
  const text = `${count.toLocaleString("en")} unchanged`;
  return { mark: "fold", focus: false, indent, text, old: null, candidate: null };
}

function clip(text: string): string {
  return text.length <= LINE_CHARACTERS
    ? text
    : `${text.slice(0, LINE_CHARACTERS - 40)}… (${text.length.toLocaleString("en")}+ characters)`;
}

function inFocus(place: Place): boolean {
  return place.paths.some(
    (path) =>
      path === place.focus ||
      path.startsWith(`${place.focus}/`) ||
      place.focus.startsWith(`${path}/`),
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
  return count > 0 ? [{ ...foldRow(0, 0), text: `${count.toLocaleString("en")} more lines` }] : [];
}
