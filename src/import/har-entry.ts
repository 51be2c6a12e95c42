import { z } from "zod";
import type { ImportedExchange } from "./imported.ts";
import { originOf, pathOf } from "./url.ts";

/** What a field holds is used where it is of use; another tool's oddity costs the field, not the entry. */
const text = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .catch(null)
  .transform((value) => (value === null || value === undefined ? null : String(value)));
const number = z.coerce.number().nullish().catch(null);

/** `{name, value}`, pairs as Slack and a few others write, or an object of names. */
const headers = z
  .unknown()
  .default(null)
  .transform((given): { name: string; value: string }[] => {
    const pairs: readonly unknown[] = Array.isArray(given)
      ? given
      : typeof given === "object" && given !== null
        ? Object.entries(given)
        : [];
    return pairs.flatMap((pair) => {
      const parsed = Header.safeParse(pair);
      return parsed.success ? [parsed.data] : [];
    });
  });
const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Header = z.union([
  z.object({ name: z.string().min(1), value: headerValue }),
  z.tuple([z.string().min(1), headerValue]).transform(([name, value]) => ({ name, value })),
]);

/** A body's text; JSON that a tool took apart is written again. */
const bodyText = z
  .unknown()
  .default(null)
  .transform((value) =>
    value === undefined || value === null
      ? null
      : typeof value === "string"
        ? value
        : JSON.stringify(value),
  );

/** What is read of an entry of a HAR; anything else in it is left alone. */
export const HarEntrySchema = z.object({
  startedDateTime: text,
  time: number,
  request: z.object({
    method: z.string().regex(/^[A-Za-z-]{1,20}$/, "expected an HTTP verb"),
    url: z.string(),
    headers,
    postData: z
      .object({
        mimeType: text,
        text: bodyText,
        encoding: text,
        params: z
          .array(z.object({ name: z.string(), value: text }))
          .nullish()
          .catch(null),
      })
      .nullish()
      .catch(null),
  }),
  response: z
    .object({
      status: z.coerce.number().int().catch(0),
      headers,
      content: z.object({ text: bodyText, encoding: text }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  _webSocketMessages: z.array(z.unknown()).nullish().catch(null),
  /** Chromium's word for what asked: `xhr`, `fetch`, `script`, `image`. */
  _resourceType: text,
});

export type HarEntry = z.infer<typeof HarEntrySchema>;

const NOT_SENT_AGAIN = new Set(["content-encoding", "transfer-encoding", "content-length"]);
const ASSETS = new Set(
  "script stylesheet image font media document manifest texttrack preflight ping other".split(" "),
);

/** What an entry says of its time and its request's head. */
export function entryBase(
  entry: HarEntry,
): Pick<
  ImportedExchange,
  "at" | "durationMs" | "name" | "customer" | "origin" | "isAsset" | "requestHead" | "incomplete"
> {
  const started = entry.startedDateTime ?? "";
  // Some write the number of milliseconds.
  const at = /^\d{12,14}$/.test(started) ? Number(started) : Date.parse(started);
  const { time } = entry;
  return {
    at: Number.isNaN(at) ? null : at,
    durationMs: typeof time === "number" && time >= 0 ? time : null,
    name: null,
    customer: null,
    origin: originOf(entry.request.url),
    isAsset: ASSETS.has(entry._resourceType ?? ""),
    requestHead: {
      verb: entry.request.method.toUpperCase(),
      path: pathOf(entry.request.url),
      headers: headerPairs(entry.request.headers),
    },
    incomplete: false,
  };
}

/** Without HTTP/2's pseudo-headers, and without what no longer holds: bodies in a HAR are decoded. */
export function headerPairs(pairs: readonly { name: string; value: string }[]): [string, string][] {
  return pairs
    .filter(({ name }) => !name.startsWith(":") && !NOT_SENT_AGAIN.has(name.toLowerCase()))
    .map(({ name, value }) => [name, value]);
}
