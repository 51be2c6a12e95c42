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
  isMixed: true,
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
      const place = count === 0 ? displayName : `${displayName}: after entry ${count}`;
      yield { bad: { place, reason: count === 0 ? "empty, or no JSON" : "not JSON any more" } };
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
  const sent = postBody(request.postData);
  return {
    ...entryBase(entry),
    transport: "http",
    requestBody: sent,
    responseHead: answered
      ? { status: response.status, headers: headerPairs(response.headers) }
      : null,
    responseBody: answered ? contentBody(response.content) : null,
    incomplete: sent === null && hasParts(request.postData),
  };
}

type PostData = HarEntry["request"]["postData"];

/** A form of several parts is listed by its fields: the bytes between them are not known. */
function hasParts(postData: PostData): boolean {
  return /multipart/i.test(postData?.mimeType ?? "");
}

function postBody(postData: PostData): Buffer | null {
  if (postData === null || postData === undefined) return null;
  if (postData.text !== null && (postData.text !== "" || !postData.params?.length)) {
    return decoded(postData.text, postData.encoding);
  }
  if (hasParts(postData)) return null;
  const params = new URLSearchParams();
  for (const { name, value } of postData.params ?? []) params.append(name, value ?? "");
  return Buffer.from(params.toString());
}

function contentBody(content: NonNullable<HarEntry["response"]>["content"]): Buffer | null {
  if (content === null || content === undefined || content.text === null) return null;
  return decoded(content.text, content.encoding);
}

/** `base64`, however a tool spells it; any other word is for text. */
function decoded(text: string, encoding: string | null): Buffer {
  return /^\s*base-?64\s*$/i.test(encoding ?? "") ? Buffer.from(text, "base64") : Buffer.from(text);
}
