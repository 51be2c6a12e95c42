import { isLink, oneLine, visible } from "./visible.ts";
import type { Writer } from "./writer.ts";

/** Characters with a meaning in the middle of a line; a backslash before ASCII punctuation takes it away. */
const INLINE = /[\\`*[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** What only means something at the start of a line: headings, lists, underlines of headings, rules. */
const LEADING = /^(?:#{1,6}(?=\s|$)|[+-](?=\s|$)|[-=]+\s*$|\d{1,9}[.)](?=\s|$))/;

/** Markdown (CommonMark and GitHub's) in which values can't become structure, links or mentions. */
export const markdown: Writer = {
  text(raw) {
    const line = oneLine(raw);
    const inert = line
      .replace(INLINE, (character) => `\\${character}`)
      .replace(LEADING, (start) => start.replace(/[#+=.)-]/, (mark) => `\\${mark}`));
    return unlinked(inert);
  },
  code: (raw) => span(oneLine(raw)),
  cellCode: (raw) => span(oneLine(raw)).replaceAll("|", "\\|"),
  link(url, label) {
    if (!isLink(url)) return markdown.text(label === url ? url : `${label}: ${url}`);
    return label === url ? `<${url}>` : `[${markdown.text(label)}](<${url}>)`;
  },
  block(lines, sign) {
    return fenced(
      "diff",
      lines.map(
        ({ text, changed }) => `${changed ? sign : " "} ${visible(text).replaceAll("\n", " ")}`,
      ),
    );
  },
  listing: (raw) => fenced("", visible(raw).split("\n")),
};

/** A bare address or an @name becomes a link or a ping on GitHub and elsewhere: a word joiner keeps it text. */
function unlinked(text: string): string {
  return text
    .replace(/:\/\//g, ":\u2060//")
    .replace(/@/g, "\u2060@\u2060")
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\u2060.`);
}

/** A fence is longer than any run of backticks inside, so that no value can close it. */
function fenced(language: string, body: readonly string[]): string {
  const fence = "`".repeat(Math.max(2, ...body.map(longestRun)) + 1);
  return [`${fence}${language}`, ...body, fence].join("\n");
}

function span(text: string): string {
  if (text === "") return "";
  const fence = "`".repeat(longestRun(text) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
