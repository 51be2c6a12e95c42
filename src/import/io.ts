import { basename, dirname } from "node:path";
import { fileLines } from "./split-bytes.ts";
import { bareExchange } from "./imported.ts";
import type { Imported, Importer } from "./imported.ts";

/**
 * The request and answer files of ethereum/execution-apis: `>> request`, `<< answer`, `// comment`. An exchange is named
 * after its file, `eth_call/call-contract`, from the second on with `#2`.
 */
export const io: Importer = {
  name: "io",
  accepts: (name) => /\.io$/i.test(name),
  looksLike: (start) => /^\s*(?:\/\/[^\n]*\n\s*)*>> /.test(start),
  async *read(path, displayName) {
    const file = `${basename(dirname(path))}/${basename(path).replace(/\.gz$/, "").replace(/\.io$/, "")}`;
    let request: Buffer | undefined;
    let count = 0;
    const exchange = (body: Buffer, response: Buffer | null): Imported => {
      count += 1;
      return {
        exchange: {
          ...bareExchange(body),
          name: count === 1 ? file : `${file}#${count}`,
          responseHead:
            response === null
              ? null
              : { status: 200, headers: [["content-type", "application/json"]] },
          responseBody: response,
        },
      };
    };
    for await (const line of fileLines(path)) {
      const text = line.bytes.toString("utf8").trim();
      const place = `${displayName}:${line.number}`;
      if (text === "" || text.startsWith("//")) continue;
      if (text.startsWith(">>")) {
        if (request !== undefined) yield exchange(request, null);
        request = undefined;
        const body = text.slice(2).trim();
        if (isJson(body)) request = Buffer.from(body);
        else yield { bad: { place, reason: "the request is not JSON" } };
      } else if (text.startsWith("<<")) {
        if (request === undefined) {
          yield { bad: { place, reason: "an answer without a request before it" } };
          continue;
        }
        yield exchange(request, Buffer.from(text.slice(2).trim()));
        request = undefined;
      } else {
        yield { bad: { place, reason: "expected a line that starts with >>, << or //" } };
      }
    }
    if (request !== undefined) yield exchange(request, null);
  },
};

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
