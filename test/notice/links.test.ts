import { describe, expect, test } from "vitest";
import { isLink, oneLine, visible } from "../../src/notice/formats/visible.ts";

describe("a text that may become a link", () => {
  test.each([
    ["https://example.org/a?b=1#c", true],
    ["http://example.org", true],
    ["mailto:support+eth@example.org", true],
    ["mailto:a b@example.org", false],
    ["mailto:a@b?cc=c@d", false],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
    ["file:///etc/passwd", false],
    ["https://example.org/a b", false],
    ["https://example.org/<b>", false],
    ['https://example.org/"', false],
    ["https://example.org/'", false],
    ["https://example.org/`", false],
    ["https://example.org/|x", false],
    ["https:\\\\example.org", false],
    ["example.org", false],
    ["", false],
  ])("%s: %s", (text, isOne) => {
    expect(isLink(text)).toBe(isOne);
  });
});

test("what can't be seen is shown, and a text is one line where it has to be", () => {
  expect(visible("plain é ✓")).toBe("plain é ✓");
  expect(visible("a\u202eb")).not.toContain("\u202e");
  expect(oneLine("a\n b")).not.toContain("\n");
});
