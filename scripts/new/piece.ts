import { Script } from "node:vm";

/** Something that can be added to the program by a template. Paths are below the project's root. */
export interface Piece {
  readonly kind: string;
  /** `rule NAME SEVERITY`, as it is typed. */
  readonly usage: string;
  make(name: string, words: readonly string[]): Made;
}

export interface Edit {
  readonly file: string;
  /** One that gives back the text as it was found no place to stand. */
  readonly change: (text: string) => string;
}

export interface Made {
  readonly files: Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
  /** What is left to do by hand, a line each. */
  readonly next: readonly string[];
}

/** `field-renamed` as an identifier: `fieldRenamed`. */
export function identifier(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether a module may call something so: not `class`, `default`, `await`. Compiles a line, runs nothing. */
export function canBeNamed(name: string): boolean {
  try {
    const script = new Script(`"use strict"; async () => { const ${identifier(name)} = 0; };`);
    return script.sourceMapURL === undefined;
  } catch {
    return false;
  }
}

/** An import line in its alphabetical place among those of the same form, else after all. */
export function withImport(text: string, line: string): string {
  const lines = text.split("\n");
  const at = lines.findIndex((own) => /^import \{ \w+ \} from "\./.test(own) && own > line);
  const last = lines.findLastIndex((own) => /^(?:import |\} from ")/.test(own));
  lines.splice(at === -1 ? last + 1 : at, 0, line);
  return lines.join("\n");
}

/** A new last item of the list that begins with `start` (`FORMATS: readonly Format[] = [`); before `end`, where it must not be last. */
export function inList(text: string, start: string, item: string, end = ""): string {
  const from = text.indexOf(start);
  if (from === -1) return text;
  const list = /^([^\]]*?),?\s*\]/.exec(text.slice(from + start.length));
  if (list === null) return text;
  const items = list[1] as string;
  const at = end === "" ? items.length : items.lastIndexOf(end);
  if (at === -1) return text;
  const before = items.slice(0, at).replace(/,?\s*$/, "");
  const after = items.slice(at);
  const rest = text.slice(from + start.length + list[0].length);
  const joined = [before, item, after].filter((part) => part !== "").join(", ");
  return `${text.slice(0, from + start.length)}${joined}]${rest}`;
}

/** A new last row of the table whose declaration holds `start` (`PHRASES: `). */
export function inTable(text: string, start: string, row: string): string {
  const from = text.indexOf(start);
  const end = from === -1 ? -1 : text.indexOf("\n};", from);
  return end === -1 ? text : `${text.slice(0, end)}\n${row}${text.slice(end)}`;
}
