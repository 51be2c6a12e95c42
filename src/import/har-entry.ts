import { z } from "zod";
import type { ImportedExchange } from "./imported.ts";
import { pathOf } from "./url.ts";

const Header = z.union([
  z.object({ name: z.string(), value: z.coerce.string() }),
  // What Slack and a few others write.
  z.tuple([z.string(), z.string()]).transform(([name, value]) => ({ name, value })),
]);

/** What is read of an entry of a HAR; anything else in it is left alone. */
export const HarEntrySchema = z.object({
  startedDateTime: z.string().optional(),
  time: z.number().nullish(),
  request: z.object({
    method: z.string().regex(/^[A-Za-z]{1,20}$/, "expected an HTTP verb"),
    url: z.string(),
    headers: z.array(Header).default([]),
    postData: z
      .object({
        mimeType: z.string().nullish(),
        text: z.string().nullish(),
        encoding: z.string().nullish(),
        params: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish(),
      })
      .nullish(),
  }),
  response: z
    .object({
      status: z.number().int(),
      headers: z.array(Header).default([]),
      content: z
        .object({
          text: z.string().nullish(),
          encoding: z.string().nullish(),
          size: z.number().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  _webSocketMessages: z.array(z.unknown()).nullish(),
});

export type HarEntry = z.infer<typeof HarEntrySchema>;

const NOT_SENT_AGAIN = new Set(["content-encoding", "transfer-encoding", "content-length"]);

/** What an entry says of its time and its request's head. */
export function entryBase(
  entry: HarEntry,
): Pick<
  ImportedExchange,
  "at" | "durationMs" | "name" | "customer" | "requestHead" | "incomplete"
> {
  const at = Date.parse(entry.startedDateTime ?? "");
  const { time } = entry;
  return {
    at: Number.isNaN(at) ? null : at,
    durationMs: typeof time === "number" && time >= 0 ? time : null,
    name: null,
    customer: null,
    requestHead: {
      verb: entry.request.method.toUpperCase(),
      path: pathOf(entry.request.url),
      headers: headerPairs(entry.request.headers),
    },
    incomplete: false,
  };
}

/** Without HTTP/2's pseudo-headers, and without what no longer holds: bodies in a HAR are decoded. */
export function headerPairs(
  headers: readonly { name: string; value: string }[],
): [string, string][] {
  return headers
    .filter(({ name }) => !name.startsWith(":") && !NOT_SENT_AGAIN.has(name.toLowerCase()))
    .map(({ name, value }) => [name, value]);
}
