import { fileURLToPath } from "node:url";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { openEngine } from "../../src/notice/formats/engine.ts";
import { statusCsv } from "../../src/notice/formats/csv.ts";
import { formsWith } from "./hostile-notice.ts";
import { HOSTILE } from "./hostile.ts";

/** Words of the same length, with a backtick where there is one: what is left out for either is left out of both. */
function harmlessAs(value: string): ReturnType<typeof formsWith> {
  const { length } = JSON.stringify(value).slice(2);
  const words = "harmless words ".repeat(400).slice(0, length).replace(/ $/, "s");
  return formsWith(value.includes("`") ? words.replace("a", "`") : words);
}

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/;

function kinds(list: readonly string[]): string[] {
  return [...Map.groupBy(list, (type) => type)]
    .map(([type, own]) => `${type} ${own.length}`)
    .sort();
}

function types(slack: string): string[] {
  return (JSON.parse(slack) as { blocks: { type: string }[] }).blocks.map(({ type }) => type);
}

/** Elements in order, with how many attributes each has: what markup a text has made. */
function elements(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-zA-Z][a-zA-Z0-9]*)((?:\s+[^<>"=\s]+(?:="[^"]*")?)*)\s*>/g)].map(
    ([, name = "", attributes = ""]) => `${name} ${[...attributes.matchAll(/="/g)].length}`,
  );
}

/** The structure that a Markdown reader sees: kinds of tokens without their text. */
function structure(markdown: string): string[] {
  const reader = new MarkdownIt({ html: true, linkify: true });
  return reader
    .parse(markdown, {})
    .flatMap((block) => [block.type, ...(block.children ?? []).map(({ type }) => `  ${type}`)])
    .filter((type) => type !== "  text" && type !== "  softbreak" && type !== "  text_special");
}

describe.each(HOSTILE.map((value) => [JSON.stringify(value), value]))(
  "the value %s",
  (_, value) => {
    const forms = formsWith(value);
    const harmless = harmlessAs(value);

    test("adds no element or attribute to HTML", () => {
      for (const form of ["email", "page"] as const) {
        expect(elements(forms[form])).toEqual(elements(harmless[form]));
        expect(forms[form].match(/<!--/g)).toBeNull();
      }
    });

    test("adds no structure to Markdown: no link, image, heading, list, table or raw HTML", () => {
      expect(kinds(structure(forms.markdown))).toEqual(kinds(structure(harmless.markdown)));
    });

    test("pings nobody and links nothing in Slack", () => {
      const message = JSON.parse(forms.slack) as { text: string; blocks: unknown[] };
      const texts = JSON.stringify(message.blocks) + message.text;
      expect(texts).not.toMatch(/<[!@#]|<(?!mailto:support)[a-z]+:/i);
      expect(texts).not.toMatch(/@(?:channel|here|everyone)(?![^`]*`)/);
      expect(types(forms.slack)).toEqual(types(harmless.slack));
    });

    test("stays on the subject's line and hides nothing", () => {
      expect(forms.subject).not.toMatch(CONTROL);
      expect(forms.subject).not.toMatch(/[\r\n\u200b-\u200f]|\p{Surrogate}/u);
      for (const form of [forms.text, forms.email]) expect(form).not.toMatch(CONTROL);
    });

    test("is no formula in CSV", () => {
      const csv = statusCsv([
        {
          upgrade: "u",
          account: "a",
          kind: "notice",
          revision: 1,
          state: "draft",
          standing: "check",
          title: value,
          actBy: value,
          approvedAt: null,
          approvedBy: value,
          name: value,
          owner: value,
          hash: "",
          answer: null,
          hasToAct: false,
          places: [
            {
              place: value,
              state: "failed",
              attempts: 1,
              error: value,
              id: null,
              deliveredAt: null,
            },
          ],
        },
      ]);
      expect(csv.split("\r\n")).toHaveLength(3);
      for (const [, cell] of csv.matchAll(/(?:^|,)"((?:[^"]|"")*)"/gm))
        expect(cell).not.toMatch(/^[=+\-@\t]/);
    });

    test("is data in JSON", () => {
      expect(Object.keys(JSON.parse(forms.json) as object)).toEqual(
        Object.keys(JSON.parse(harmless.json) as object),
      );
    });
  },
);

test("a team's own template can't open a hole by a triple stash", () => {
  const folder = fileURLToPath(new URL("../fixtures/notice/own-templates", import.meta.url));
  const engine = openEngine(folder);
  expect(engine.render("page.html", { title: "<script>alert(1)</script>" })).toBe(
    "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>\n",
  );
});
