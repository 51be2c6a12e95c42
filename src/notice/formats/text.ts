import { isLink, oneLine, visible } from "./visible.ts";
import type { Writer } from "./writer.ts";

/** Plain text for mails. */
export const text: Writer = {
  text: oneLine,
  code: oneLine,
  cellCode: oneLine,
  link: (url, label) => (isLink(url) && label !== url ? `${oneLine(label)}: ${url}` : oneLine(url)),
  listing: (raw) =>
    visible(raw)
      .split("\n")
      .map((line) => `    ${line}`)
      .join("\n"),
  block: (lines, sign) =>
    lines
      .map(
        ({ text: line, changed }) =>
          `    ${changed ? sign : " "} ${visible(line).replaceAll("\n", " ")}`,
      )
      .join("\n"),
};
