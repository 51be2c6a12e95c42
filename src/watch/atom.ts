import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import type { Release } from "./triage/release.ts";

const text = z.union([
  z.string(),
  z.number().transform(String),
  z
    .looseObject({ "#text": z.union([z.string(), z.number().transform(String)]).default("") })
    .transform((node) => node["#text"]),
]);
const link = z.looseObject({ "@href": z.string().default(""), "@rel": z.string().optional() });
const entry = z.looseObject({
  id: text,
  title: text.default(""),
  updated: text.optional(),
  published: text.optional(),
  link: z.union([link, z.array(link)]).optional(),
  content: text.default(""),
});
const feed = z.looseObject({
  feed: z.looseObject({
    entry: z.union([z.array(entry), entry.transform((one) => [one])]).default([]),
  }),
});

/** Entities are not expanded beyond XML's own: a feed is hostile input. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
});

/** Entries of an Atom feed as releases: `releases.atom` of GitHub, or any other. Throws where it is none. */
export function releasesOfFeed(xml: string): Release[] {
  if (/<!DOCTYPE/i.test(xml.slice(0, 10_000)))
    throw new Error("a feed with a document type is not read");
  return feed.parse(parser.parse(xml)).feed.entry.map((one) => {
    const links = Array.isArray(one.link) ? one.link : one.link === undefined ? [] : [one.link];
    const url = (links.find((own) => own["@rel"] === "alternate") ?? links[0])?.["@href"] ?? "";
    const tag =
      decodeURIComponent(url.split("/").pop() ?? "") || one.id.split("/").pop() || one.title;
    return {
      id: one.id,
      tag,
      name: one.title,
      notes: withoutTags(one.content),
      publishedAt: new Date(one.published ?? one.updated ?? 0).toISOString(),
      prerelease: /\b(?:rc|alpha|beta|pre|nightly)[.-]?\d*\b/i.test(tag),
      url,
      commit: null,
    };
  });
}

/** HTML as lines of text: only read for its words, and never shown as HTML. */
function withoutTags(html: string): string {
  return html
    .slice(0, 500_000)
    .replaceAll(/<(?:br|\/p|\/li|\/h\d|\/div|\/tr)[^>]*>/gi, "\n")
    .replaceAll(/<li[^>]*>/gi, "- ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
