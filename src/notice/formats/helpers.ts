import { whole } from "../../words.ts";
import Handlebars from "handlebars";
import { dateText } from "../compose/upgrade-facts.ts";
import type { ExcerptLine } from "../compose/model.ts";
import { html } from "./html.ts";
import { markdown } from "./markdown.ts";
import { text } from "./text.ts";
import { isLink, phraseParts } from "./visible.ts";
import type { Writer } from "./writer.ts";

export const WRITERS = { md: markdown, txt: text, html } as const;
export type Syntax = keyof typeof WRITERS;

/** A string of the model inside a template: shown inert however it is written, even in a triple stash. */
class Inert {
  readonly raw: string;
  readonly #writer: Writer;

  constructor(raw: string, writer: Writer) {
    this.raw = raw;
    this.#writer = writer;
  }

  toString(): string {
    return this.#writer.text(this.raw);
  }

  toHTML(): string {
    return this.toString();
  }
}

/** What templates may call, in the syntax of their format. */
export function helpersFor(syntax: Syntax): Record<string, Handlebars.HelperDelegate> {
  const writer = WRITERS[syntax];
  const safe = (content: string) =>
    syntax === "html" ? new Handlebars.SafeString(content) : content;
  return {
    code: (value: unknown) => safe(writer.code(rawOf(value))),
    cellCode: (value: unknown) => safe(writer.cellCode(rawOf(value))),
    phrase: (value: unknown) => safe(phrase(rawOf(value), (raw) => writer.code(raw), writer)),
    cellPhrase: (value: unknown) =>
      safe(phrase(rawOf(value), (raw) => writer.cellCode(raw), writer)),
    link: (url: unknown, label: unknown) =>
      safe(
        writer.link(
          rawOf(url),
          typeof label === "object" && !(label instanceof Inert) ? rawOf(url) : rawOf(label),
        ),
      ),
    contact: (place: unknown) => safe(contact(rawOf(place), writer)),
    block: (lines: unknown, sign: unknown) =>
      safe(writer.block(rawDeep(lines) as ExcerptLine[], rawOf(sign) === "+" ? "+" : "-")),
    listing: (value: unknown) => safe(writer.listing(rawOf(value))),
    date: (at: unknown) => writer.text(dateText(rawOf(at))),
    number: (value: unknown) => whole(Number(rawOf(value))),
    eq: (one: unknown, other: unknown) => rawOf(one) === rawOf(other),
    not: (value: unknown) => !value,
    or: (...values: unknown[]) =>
      values
        .slice(0, -1)
        .some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
    plural: (count: unknown, one: unknown, many: unknown) =>
      Number(count) === 1 ? rawOf(one) : rawOf(many),
    increment: (index: unknown) => Number(index) + 1,
  };
}

/** A mail address of the provider's own as one that can be clicked; a web address likewise; anything else as text. */
function contact(place: string, writer: Writer): string {
  if (writer === text) return writer.text(place);
  // A plain address in a link is inert as it is; what keeps other text inert would be copied along with it.
  if (writer === markdown && isLink(`mailto:${place}`)) return `[${place}](<mailto:${place}>)`;
  return writer.link(isLink(`mailto:${place}`) ? `mailto:${place}` : place, place);
}

function phrase(raw: string, code: (raw: string) => string, writer: Writer): string {
  return phraseParts(raw)
    .map((part) => {
      if (part.code) return code(part.text);
      const [, before = "", middle = "", after = ""] = /^(\s*)([^]*?)(\s*)$/.exec(part.text) ?? [];
      return `${before}${writer.text(middle)}${after}`;
    })
    .join("");
}

/** A copy of the model in which every string is inert. */
export function inertModel(value: unknown, writer: Writer): unknown {
  if (typeof value === "string") return value === "" ? "" : new Inert(value, writer);
  if (Array.isArray(value)) return value.map((item) => inertModel(item, writer));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inertModel(item, writer)]),
  );
}

function rawOf(value: unknown): string {
  if (value instanceof Inert) return value.raw;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function rawDeep(value: unknown): unknown {
  if (value instanceof Inert) return value.raw;
  if (Array.isArray(value)) return value.map(rawDeep);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rawDeep(item)]));
}
