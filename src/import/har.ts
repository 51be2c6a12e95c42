import { Readable } from "node:stream";
import { pick } from "stream-json/filters/pick.js";
import { streamArray } from "stream-json/streamers/stream-array.js";
import { fileBytes } from "./split-bytes.ts";
import { HarEntrySchema, entryBase, headerPairs } from "./har-entry.ts";
import type { HarEntry } from "./har-entry.ts";
import { webSocketExchanges } from "./har-websocket.ts";
import type { Imported, ImportedExchange, Importer } from "./imported.ts";

/** HTTP Archive 1.2, read entry by entry, so of any size. */
export const har: Importer = {
  name: "har",
  accepts: (name) => /\.har$/i.test(name),
  looksLike: (start) => /^\s*\{\s*"log"\s*:/.test(start),
  async *read(path, displayName) {
    const entries = Readable.from(fileBytes(path))
      .compose(pick.withParserAsStream({ filter: /^log\.entries$/ }))
      .compose(streamArray.asStream());
    let count = 0;
    try {
      for await (const item of entries) {
        count += 1;
        yield* readEntry(item.value, `${displayName}: entry ${count}`);
      }
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") throw error;
      yield { bad: { place: `${displayName}: after entry ${count}`, reason: "not JSON any more" } };
      return;
    }
    if (count === 0) yield { bad: { place: displayName, reason: "no entries at log.entries" } };
  },
};

function* readEntry(value: unknown, place: string): Generator<Imported> {
  const parsed = HarEntrySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    yield { bad: { place, reason: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "odd"}` } };
    return;
  }
  const messages = parsed.data._webSocketMessages;
  if (messages !== null && messages !== undefined) {
    yield* webSocketExchanges(parsed.data, messages, place);
    return;
  }
  yield { exchange: toExchange(parsed.data) };
}

function toExchange(entry: HarEntry): ImportedExchange {
  const { request, response } = entry;
  // Status 0 is a browser's word for a request that failed.
  const answered = response !== null && response !== undefined && response.status >= 100;
  return {
    ...entryBase(entry),
    transport: "http",
    requestBody: postBody(request.postData),
    responseHead: answered
      ? { status: response.status, headers: headerPairs(response.headers) }
      : null,
    responseBody: answered ? contentBody(response.content) : null,
  };
}

function postBody(postData: HarEntry["request"]["postData"]): Buffer | null {
  if (postData === null || postData === undefined) return null;
  if (typeof postData.text === "string") {
    return Buffer.from(postData.text, postData.encoding === "base64" ? "base64" : "utf8");
  }
  const params = new URLSearchParams();
  for (const { name, value } of postData.params ?? []) params.append(name, value ?? "");
  return Buffer.from(params.toString());
}

function contentBody(content: NonNullable<HarEntry["response"]>["content"]): Buffer | null {
  if (typeof content?.text !== "string") return null;
  return Buffer.from(content.text, content.encoding === "base64" ? "base64" : "utf8");
}
