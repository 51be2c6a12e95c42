import { arrayItems, skipSpace, skipValue } from "../protocol/json-rpc/scan.ts";
import type { Span } from "../protocol/json-rpc/scan.ts";
import { readLine } from "./jsonl.ts";
import type { Importer } from "./imported.ts";
import { wholeFile } from "./whole-text.ts";

/**
 * A JSON file of calls: an array of JSON-RPC requests, batches or exchanges (as a line of `.jsonl` holds), or only one of
 * them, laid out as its maker liked. Each is taken byte for byte.
 */
export const jsonArray: Importer = {
  name: "json",
  accepts: () => false,
  looksLike: (start) => /^\s*[[{]/.test(start),
  async *read(path, displayName) {
    const text = await wholeFile(path);
    if (text === undefined) {
      yield {
        bad: {
          place: displayName,
          reason: "the file is too long: put each call on a line of .jsonl",
        },
      };
      return;
    }
    const values = valuesOf(text);
    const [only] = values;
    const list = values.length === 1 && only !== undefined ? arrayItems(text, only.start) : null;
    for (const [index, item] of (list ?? values).entries()) {
      const place = `${displayName}: item ${index + 1}`;
      yield readLine(text.toString("utf8", item.start, item.end), place);
    }
  },
};

/** The values that follow each other in a text; what is no whole value is the last one, to be named as such. */
function valuesOf(text: Buffer): Span[] {
  const values: Span[] = [];
  let start = skipSpace(text, 0);
  while (start < text.length) {
    const end = skipValue(text, start);
    values.push({ start, end: end === -1 ? text.length : end });
    if (end === -1) break;
    start = skipSpace(text, end);
  }
  return values;
}
