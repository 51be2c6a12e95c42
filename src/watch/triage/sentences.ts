/** What a reader takes as one statement of release notes. */
export interface Sentence {
  readonly text: string;
  readonly heading: boolean;
}

/** Notes are read so far: nobody reads more, and they may be hostile. */
const NOTES_LENGTH = 200_000;
const LINE_LENGTH = 4_000;
const SENTENCES = 10_000;
const SENTENCE_LENGTH = 1_200;
/** A line that is shorter was not broken for its length. */
const WRAPPED_AT = 45;

type Block =
  | { readonly kind: "heading"; readonly text: string; readonly level: number }
  | { readonly kind: "text"; readonly text: string };

const LIST = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/;
/** What opens a block of its own, so that it is no continuation of the line before. */
const OPENS =
  /^\s*(?:[-*+•]\s|\d{1,3}[.)]\s|#{1,6}\s|[>|]|!\[|\[[A-Z][\w /-]{1,30}\]|[^\w\s`("'/]\s?[A-Z*])/;

/** Sentences of Markdown or plain text, without its marks: wrapped lines joined, table rows with their titles, what is empty left out. */
export function sentencesOf(notes: string): Sentence[] {
  const blocks = withoutEmpty(blocksOf(linesOf(notes.slice(0, NOTES_LENGTH))));
  const sentences: Sentence[] = [];
  for (const block of blocks) {
    if (sentences.length >= SENTENCES) break;
    const heading = block.kind === "heading";
    for (const part of plain(block.text).split(/(?<=[.!?])\s+(?=[A-Z*_`"'(⚠❗])/)) {
      const text = part.trim().slice(0, SENTENCE_LENGTH);
      if (text.length > 3 && !/^\[![A-Z]+\]$/.test(text)) sentences.push({ text, heading });
    }
  }
  return sentences;
}

function linesOf(notes: string): string[] {
  return withoutComments(notes.replaceAll("\r", ""))
    .replaceAll(/```[\s\S]*?(?:```|$)/g, "\n\n")
    .replaceAll(/<\/?(?:br|p|li|h[1-6]|div|tr|ul|ol|details|summary|table)\b[^>\n]{0,200}>/gi, "\n")
    .split("\n")
    .map((line) => line.slice(0, LINE_LENGTH));
}

/** By index, not by an expression: a thousand openings without an end must not each be searched to the end. */
function withoutComments(text: string): string {
  let rest = text;
  let kept = "";
  for (let start = rest.indexOf("<!--"); start >= 0; start = rest.indexOf("<!--")) {
    const end = rest.indexOf("-->", start);
    if (end < 0) break;
    kept += rest.slice(0, start);
    rest = rest.slice(end + 3);
  }
  return kept + rest;
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let columns: readonly string[] | null = null;
  let open = false;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1] ?? "";
    if (line.trimStart().startsWith("|")) {
      open = false;
      const cells = cellsOf(line);
      if (cells.every((cell) => /^:?-+:?$/.test(cell))) continue;
      if (columns === null && /^\s*\|?[\s:|-]*-[\s:|-]*$/.test(next)) columns = cells;
      else blocks.push({ kind: "text", text: rowOf(cells, columns) });
      continue;
    }
    columns = null;
    const marked = /^\s{0,3}(#{1,6})\s+(.*)$/.exec(line);
    if (/^\s*(?:={3,}|-{3,}|_{3,}|\*{3,})\s*$/.test(line) || line.trim() === "") open = false;
    else if (marked?.[1] !== undefined && marked[2] !== undefined) {
      blocks.push({ kind: "heading", text: marked[2], level: marked[1].length });
      open = false;
    } else if (/^\s*(?:={3,}|-{3,})\s*$/.test(next)) {
      blocks.push({ kind: "heading", text: line, level: next.includes("=") ? 1 : 2 });
      open = false;
    } else if (open && continues(lines[index - 1] ?? "", line)) {
      const last = blocks.pop();
      if (last !== undefined) blocks.push({ kind: "text", text: `${last.text} ${line.trim()}` });
    } else {
      blocks.push({ kind: "text", text: line });
      open = true;
    }
  }
  return blocks;
}

/** Whether a line goes on with the sentence of the line before it, which was broken because it was long. */
function continues(before: string, line: string): boolean {
  if (OPENS.test(line)) return false;
  const end = before.trimEnd();
  if (/^\s*[a-z(]/.test(line)) return !end.endsWith(":");
  return end.length >= WRAPPED_AT && !/[.!?:]$/.test(end);
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/\|$/, "")
    .split("|")
    .slice(0, 20)
    .map((cell) => cell.trim());
}

/** `Network: Mainnet, Activation block: 87218600`. */
function rowOf(cells: readonly string[], columns: readonly string[] | null): string {
  return cells
    .map((cell, index) => {
      const column = columns?.[index] ?? "";
      return column === "" ? cell : `${column}: ${cell}`;
    })
    .join(", ");
}

const NOTHING =
  /^[\s>*+•-]*(?:no|none|nothing|n\/a|not (?:required|needed|necessary))\b(?!\s+(?:longer|more))/i;

/** A title with nothing below it says nothing, nor does one that is answered with no: "Require re-sync: - no". */
function withoutEmpty(blocks: readonly Block[]): Block[] {
  return blocks.filter((block, index) => {
    const next = blocks[index + 1];
    const opens = block.kind === "heading" || block.text.trimEnd().endsWith(":");
    if (!opens) return true;
    if (next === undefined) return index === 0 || !isSectionTitle(block);
    if (next.kind === "text") return !NOTHING.test(next.text) || next.text.length > 200;
    return block.kind === "heading" && next.level > block.level ? true : !isSectionTitle(block);
  });
}

/** A sentence as a title says something without a section below it. */
function isSectionTitle({ text }: Block): boolean {
  return text.trim().split(/\s+/).length <= 4 && !/[.!?]\s*$/.test(text);
}

function plain(line: string): string {
  return line
    .replace(/^[\s>]+/, "")
    .replace(LIST, "")
    .replace(/^[\s>#*+-]+/, "")
    .replaceAll(/~~[^~]{1,300}~~/g, " ")
    .replaceAll(/!?\[([^[\]]{0,300})\]\([^()\s]{0,600}\)/g, "$1")
    .replaceAll(/[*`]/g, "")
    .replaceAll(/(?<![\w])_{1,2}(?=\w)|(?<=\w)_{1,2}(?![\w])/g, "")
    .replaceAll(/<[^<>]{0,300}>/g, "")
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/&nbsp;|\u00A0/g, " ")
    .replaceAll("&amp;", "&");
}
