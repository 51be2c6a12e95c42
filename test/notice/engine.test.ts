import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openEngine } from "../../src/notice/formats/engine.ts";
import { renderNotice } from "../../src/notice/formats/render.ts";
import { temporaryFolder } from "../support/folder.ts";
import { accountOf, composed, judgedOf, token } from "./build.ts";

const notice = composed(
  [judgedOf([{ method: "eth_call", count: 1, customer: token("a") }])],
  accountOf("acme", [token("a")]),
);

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

describe("a team's own templates", () => {
  test("replace one file; the others stay ours", () => {
    const engine = openEngine(folderWith({ "notice.txt.hbs": "Dear {{name}}" }));
    const forms = renderNotice(notice, engine);
    expect(forms.text).toBe("Dear acme\n");
    expect(forms.markdown).toBe(renderNotice(notice, openEngine(null)).markdown);
  });

  test("replace a partial inside ours", () => {
    const engine = openEngine(folderWith({ "_coverage.txt.hbs": "Ask us how we know." }));
    expect(renderNotice(notice, engine).text).toContain("Ask us how we know.");
  });

  test("of the customer's language come first", () => {
    const folder = folderWith({ "notice.txt.hbs": "Hello", "de/notice.txt.hbs": "Hallo" });
    expect(renderNotice(notice, openEngine(folder, "de")).text).toBe("Hallo\n");
    expect(renderNotice(notice, openEngine(folder, "fr")).text).toBe("Hello\n");
  });

  test.each([
    ["{{#if}}x{{/if}}", "#if requires exactly one argument"],
    ["{{> nowhere}}", "partial nowhere could not be found"],
    ["{{#each", "Parse error"],
  ])("that are broken (%s) are named with the reason", (source, reason) => {
    const folder = folderWith({ "notice.md.hbs": source });
    const render = () => renderNotice(notice, openEngine(folder));
    expect(render).toThrow(`The template ${path.join(folder, "notice.md.hbs")} can't be used`);
    expect(render).toThrow(reason);
  });

  test("can't reach what is not in the model", () => {
    const folder = folderWith({
      "notice.txt.hbs": "[{{constructor}}{{__proto__}}{{name.constructor}}]",
    });
    expect(renderNotice(notice, openEngine(folder)).text).toBe("[]\n");
  });
});
