/** JSON read without loss: key order, repeated keys and the text of each number and string stay as they were sent. */
export type Tree =
  | { readonly type: "object"; readonly entries: readonly (readonly [key: string, value: Tree])[] }
  | { readonly type: "array"; readonly items: readonly Tree[] }
  | { readonly type: "scalar"; readonly text: string };

/** Deeper bodies are shown as text: a reader can't follow them and recursion has to end. */
const DEEPEST = 200;

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /(?:-?\d[\d.eE+-]*|true|false|null)/y;

class NotJson extends Error {}

/** The tree of a JSON text, or null where it is not JSON or too deep to show. */
export function readTree(text: string): Tree | null {
  const reader = { text, at: 0 };
  try {
    const tree = readValue(reader, 0);
    skipSpace(reader);
    return reader.at === text.length ? tree : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

function take(reader: Reader, form: RegExp): string {
  form.lastIndex = reader.at;
  const match = form.exec(reader.text);
  if (match === null) throw new NotJson();
  reader.at = form.lastIndex;
  return match[0];
}

/** A string with its quotes; no regular expression, which would need stack for each character of a long one. */
function takeString(reader: Reader): string {
  const start = reader.at;
  if (reader.text[start] !== '"') throw new NotJson();
  let end = start;
  do {
    end = reader.text.indexOf('"', end + 1);
    if (end < 0) throw new NotJson();
  } while (escaped(reader.text, end));
  reader.at = end + 1;
  return reader.text.slice(start, reader.at);
}

function escaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

function skipSpace(reader: Reader): void {
  take(reader, SPACE);
}

function takeCharacter(reader: Reader, character: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function readValue(reader: Reader, depth: number): Tree {
  if (depth > DEEPEST) throw new NotJson();
  skipSpace(reader);
  const first = reader.text[reader.at];
  if (first === "{") return { type: "object", entries: readEntries(reader, depth) };
  if (first === "[") return { type: "array", items: readItems(reader, depth) };
  return { type: "scalar", text: first === '"' ? takeString(reader) : take(reader, SCALAR) };
}

function readEntries(reader: Reader, depth: number): [string, Tree][] {
  reader.at += 1;
  const entries: [string, Tree][] = [];
  if (takeCharacter(reader, "}")) return entries;
  do {
    skipSpace(reader);
    const key = takeString(reader).slice(1, -1);
    if (!takeCharacter(reader, ":")) throw new NotJson();
    entries.push([key, readValue(reader, depth + 1)]);
  } while (takeCharacter(reader, ","));
  if (!takeCharacter(reader, "}")) throw new NotJson();
  return entries;
}

function readItems(reader: Reader, depth: number): Tree[] {
  reader.at += 1;
  const items: Tree[] = [];
  if (takeCharacter(reader, "]")) return items;
  do {
    items.push(readValue(reader, depth + 1));
  } while (takeCharacter(reader, ","));
  if (!takeCharacter(reader, "]")) throw new NotJson();
  return items;
}

/** Whether two trees say the same; the order of an object's keys does not count. */
export function sameTree(one: Tree, other: Tree): boolean {
  if (one.type === "scalar" || other.type === "scalar")
    return one.type === "scalar" && other.type === "scalar" && one.text === other.text;
  if (one.type === "array" || other.type === "array")
    return (
      one.type === "array" &&
      other.type === "array" &&
      one.items.length === other.items.length &&
      one.items.every((item, index) => sameTree(item, other.items[index] as Tree))
    );
  if (one.entries.length !== other.entries.length) return false;
  if (one.entries.every(([key], index) => key === other.entries[index]?.[0]))
    return one.entries.every(([, value], index) =>
      sameTree(value, other.entries[index]?.[1] as Tree),
    );
  const values = new Map(other.entries);
  return one.entries.every(([key, value]) => {
    const match = values.get(key);
    return match !== undefined && sameTree(value, match);
  });
}

/** The tree on one line, as compact JSON. Stops once `most` characters are there. */
export function compact(tree: Tree, most: number): string {
  if (tree.type === "scalar") return tree.text;
  const parts: string[] = [];
  let length = 0;
  const pieces =
    tree.type === "object"
      ? tree.entries.map(([key, value]) => [`"${key}":`, value] as const)
      : tree.items.map((item) => ["", item] as const);
  for (const [label, value] of pieces) {
    if (length > most) break;
    const piece = label + compact(value, most - length);
    parts.push(piece);
    length += piece.length + 1;
  }
  return tree.type === "object" ? `{${parts.join(",")}}` : `[${parts.join(",")}]`;
}
