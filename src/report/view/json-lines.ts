import { isNumberText, numberText } from "../../diff/number-text.ts";
import type { JsonValue } from "../../model/json.ts";

/** Below this a value is shown as an ellipsis: JSON.stringify runs out of stack past some thousand levels. */
const DEEPEST = 200;
/** Containers that fit stay on one line. */
const SHORT = 60;

/** A value on one line, as compact JSON with the numbers as they were sent. Stops soon after `most` characters. */
export function compact(value: JsonValue, most: number, depth = 0): string {
  if (isNumberText(value)) return numberText(value);
  if (typeof value === "string")
    return JSON.stringify(value.length > most ? value.slice(0, most + 1) : value);
  if (typeof value !== "object" || value === null) return String(value);
  if (depth > DEEPEST) return "…";
  const pieces = Array.isArray(value)
    ? value.map((item): [string, JsonValue] => ["", item])
    : Object.entries(value).map(([key, item]): [string, JsonValue] => [
        `${JSON.stringify(key)}:`,
        item,
      ]);
  const parts: string[] = [];
  let length = 0;
  for (const [label, item] of pieces) {
    if (length > most) break;
    const piece = label + compact(item, most - length, depth + 1);
    parts.push(piece);
    length += piece.length + 1;
  }
  return Array.isArray(value) ? `[${parts.join(",")}]` : `{${parts.join(",")}}`;
}

interface Line {
  readonly text: string;
  readonly indent: number;
}

/** The first lines of a value as indented JSON, and whether there are more. */
export function indentedLines(
  value: JsonValue,
  label: string,
  indent: number,
  most: number,
): { readonly lines: readonly Line[]; readonly more: boolean } {
  const lines = [...linesOf(value, label, indent, most)];
  return { lines: lines.slice(0, most), more: lines.length > most };
}

/** Gives at most `most` lines and one. */
function* linesOf(value: JsonValue, label: string, indent: number, most: number): Generator<Line> {
  const line = label + compact(value, 1_000);
  if (typeof value !== "object" || value === null || line.length <= SHORT || indent > DEEPEST) {
    yield { text: line, indent };
    return;
  }
  let given = 1;
  yield { text: label + (Array.isArray(value) ? "[" : "{"), indent };
  const children = Array.isArray(value)
    ? value.slice(0, most + 1).map((item): [string, JsonValue] => ["", item])
    : Object.entries(value)
        .slice(0, most + 1)
        .map(([key, item]): [string, JsonValue] => [`${JSON.stringify(key)}: `, item]);
  for (const [name, item] of children) {
    for (const inner of linesOf(item, name, indent + 1, most - given)) {
      yield inner;
      given += 1;
      if (given > most) return;
    }
  }
  yield { text: Array.isArray(value) ? "]" : "}", indent };
}

/** A line cut to `most` characters; says that it is. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 40)}… (cut)`;
}
