/** A command of a script, as its words stand after the shell has taken quotes and escapes away. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Why its words can't be known: a variable, a here-document, an open quote. Null where they are. */
  readonly unknown: string | null;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  e: "\u001B",
  E: "\u001B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Commands as a POSIX shell reads them, with `$'…'` as bash has it. What follows a pipe or a redirection is left out. */
export function posixCommands(text: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let word: string | null = null;
  let unknown: string | null = null;
  let line = 1;
  let startedAt = 1;
  /** After `|`, `>` or `<`: the words there are another program's, or a file's name. */
  let skipping: "" | "pipe" | "file" = "";
  let at = 0;

  const endWord = (): void => {
    if (word === null) return;
    if (skipping === "") {
      if (words.length === 0) startedAt = line;
      words.push(word);
    } else if (skipping === "file") skipping = "";
    word = null;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push({ words, line: startedAt, unknown });
    words = [];
    unknown = null;
    skipping = "";
  };
  const add = (part: string): void => {
    if (word === null && words.length === 0 && skipping === "") startedAt = line;
    word = (word ?? "") + part;
  };
  const quoted = (quote: "'" | '"' | "$'", start: number): number => {
    const closing = quote === '"' ? '"' : "'";
    let from = start;
    let part = "";
    while (from < text.length && text[from] !== closing) {
      const character = text[from] ?? "";
      if (character === "\\" && quote !== "'") {
        const [escaped, next] =
          quote === "$'" ? ansiEscape(text, from) : doubleQuoteEscape(text, from);
        line += text[from + 1] === "\n" ? 1 : 0;
        part += escaped;
        from = next;
        continue;
      }
      if (quote === '"' && startsExpansion(text, from)) unknown ??= "it holds a shell variable";
      if (character === "\n") line += 1;
      part += character;
      from += 1;
    }
    if (from >= text.length) unknown ??= "a quote is not closed";
    add(part);
    return from + 1;
  };

  while (at < text.length) {
    const character = text[at] ?? "";
    const two = text.slice(at, at + 2);
    if (character === "'") at = quoted("'", at + 1);
    else if (character === '"') at = quoted('"', at + 1);
    else if (two === "$'") at = quoted("$'", at + 2);
    else if (character === "\\") {
      const isContinued = text[at + 1] === "\n" || text.startsWith("\r\n", at + 1);
      if (isContinued) line += 1;
      else add(text[at + 1] ?? "");
      at += isContinued && text[at + 1] === "\r" ? 3 : 2;
    } else if (character === "#" && word === null) {
      const end = text.indexOf("\n", at);
      at = end === -1 ? text.length : end;
    } else if (character === "\n" || character === ";" || character === "&") {
      endCommand();
      if (character === "\n") line += 1;
      at += 1;
    } else if (character === "|") {
      endWord();
      if (text[at + 1] === "|") endCommand();
      else skipping = "pipe";
      at += text[at + 1] === "|" ? 2 : 1;
    } else if (character === ">" || character === "<") {
      // `2>` names a stream rather than a word of the command.
      if (word !== null && /^\d$/.test(word)) word = null;
      endWord();
      if (two === "<<") unknown ??= "it reads a here-document";
      if (skipping === "") skipping = "file";
      at += /^(?:>>|<<|>&)$/.test(two) ? 2 : 1;
    } else if (/\s/.test(character)) {
      endWord();
      at += 1;
    } else {
      if (startsExpansion(text, at)) unknown ??= "it holds a shell variable";
      add(character);
      at += 1;
    }
  }
  endCommand();
  return commands;
}

/** `$NAME`, `${…}`, `$(…)` or a backtick. */
function startsExpansion(text: string, at: number): boolean {
  return text[at] === "`" || (text[at] === "$" && /[A-Za-z_{(]/.test(text[at + 1] ?? ""));
}

function doubleQuoteEscape(text: string, at: number): [string, number] {
  const next = text[at + 1] ?? "";
  if (next === "\n") return ["", at + 2];
  return ['"\\$`'.includes(next) && next !== "" ? next : `\\${next}`, at + 2];
}

/** An escape of bash's `$'…'`: what it stands for, and where the text goes on. */
function ansiEscape(text: string, at: number): [string, number] {
  const code = /^\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|([0-7]{1,3}))/i.exec(
    text.slice(at, at + 10),
  );
  if (code !== null) {
    const octal = code[4];
    const value =
      octal === undefined ? parseInt(code[1] ?? code[2] ?? code[3] ?? "0", 16) : parseInt(octal, 8);
    return [value <= 0x10_ff_ff ? String.fromCodePoint(value) : "", at + code[0].length];
  }
  const next = text[at + 1] ?? "";
  return [SIMPLE_ESCAPES[next] ?? next, at + 2];
}
