/** Widest line of a help text: a terminal's usual 80 columns. */
export const WIDTH = 80;

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
  return folded(pieces, width - 2, indent, `${indent}  `).join(" \\\n");
}

/** Text in lines of a width, broken between words: the first line begins with `lead`, the others with `indent`. */
export function wrapped(text: string, lead = "", indent = lead, width = WIDTH): string {
  return folded(text.split(" "), width, lead, indent).join("\n");
}

function folded(pieces: readonly string[], width: number, lead: string, indent: string): string[] {
  const lines: string[] = [];
  let line: string | null = null;
  for (const piece of pieces) {
    if (line !== null && line.length + 1 + piece.length > width) {
      lines.push(line);
      line = indent + piece;
    } else line = line === null ? lead + piece : `${line} ${piece}`;
  }
  return line === null ? lines : [...lines, line];
}
