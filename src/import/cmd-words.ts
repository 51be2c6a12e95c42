import type { ShellCommand } from "./shell-words.ts";

/** Whether a text is written for Windows' cmd, as browsers' "Copy as cURL (cmd)" writes it. */
export function isForCmd(text: string): boolean {
  return /\^"|[ \t]\^\r?\n/.test(text);
}

/** Commands as Windows' cmd passes them on (`^` escapes) and its programs then take them apart (`\"` in quotes). */
export function cmdCommands(text: string): ShellCommand[] {
  return commandLines(text).flatMap(({ text: command, line }) => {
    const words = programWords(command);
    const unknown = /%[A-Za-z_]\w*%/.test(command) ? "it holds a variable" : null;
    return words.length === 0 ? [] : [{ words, line, unknown }];
  });
}

/** What cmd does: carets escape outside of quotes, `&` and line ends separate. */
function commandLines(text: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let current = "";
  let line = 1;
  let startedAt = 1;
  let isQuoted = false;
  const end = (): void => {
    if (current.trim() !== "") lines.push({ text: current, line: startedAt });
    current = "";
    isQuoted = false;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (current.trim() === "") startedAt = line;
    if (character === "^" && !isQuoted) {
      at += text[at + 1] === "\r" ? 2 : 1;
      const escaped = text[at] ?? "";
      if (escaped !== "\n") {
        current += escaped;
        continue;
      }
      line += 1;
      // A line end that is escaped twice is meant.
      if (text[at + 1] === "\n" || text.startsWith("\r\n", at + 1)) {
        current += "\n";
        line += 1;
        at += text[at + 1] === "\r" ? 2 : 1;
      }
    } else if (character === "\n") {
      end();
      line += 1;
    } else if (character === "&" && !isQuoted) end();
    else {
      if (character === '"') isQuoted = !isQuoted;
      current += character;
    }
  }
  end();
  return lines;
}

/** What a C program's start does: words in quotes, `\"` for a quote, backslashes that count only before one. */
function programWords(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let isQuoted = false;
  for (let at = 0; at < command.length; at += 1) {
    const character = command[at] ?? "";
    if (character === "\\") {
      const slashes = /^\\+/.exec(command.slice(at))?.[0].length ?? 1;
      const beforeQuote = command[at + slashes] === '"';
      word = (word ?? "") + "\\".repeat(beforeQuote ? slashes >> 1 : slashes);
      at += slashes - 1;
      if (beforeQuote && slashes % 2 === 1) {
        word += '"';
        at += 1;
      }
    } else if (character === '"') {
      isQuoted = !isQuoted;
      word ??= "";
    } else if (/\s/.test(character) && !isQuoted) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + character;
  }
  if (word !== null) words.push(word);
  return words;
}
