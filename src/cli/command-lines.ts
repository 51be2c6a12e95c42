import { folded, foldedPieces, WIDTH } from "../words.ts";

/**
 * A command over as many lines as it needs, each ended by a backslash but the last, so that the whole can be copied into a
 * shell. It is broken before options where that is enough, and never within quotes or a word.
 */
export function commandLines(command: string, indent: string, width = WIDTH): string {
  const words = command.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word.startsWith("-")) parts.push([]);
    parts.at(-1)?.push(word);
  }
  const room = width - indent.length - 4;
  const pieces = parts.flatMap((part) => {
    const whole = part.join(" ");
    return whole.length > room ? part : [whole];
  });
  return foldedPieces(pieces, indent, `${indent}  `, width - 2).join(" \\\n");
}

/** Text in lines of a width, broken between words: the first line begins with `lead`, the others with `indent`. */
export function wrapped(text: string, lead = "", indent = lead, width = WIDTH): string {
  return folded(text, lead, indent, width).join("\n");
}
