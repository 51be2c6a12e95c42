import { readFileSync } from "node:fs";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../support/browser.ts";
import { hostileForms } from "./hostile-notice.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

/** A page with the HTML, and everything that it tried: requests, dialogs, errors of scripts. */
async function opened(html: string, width: number): Promise<{ page: Page; tried: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const tried: string[] = [];
  page.on("request", (request) => tried.push(request.url()));
  page.on("dialog", (dialog) => {
    tried.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => tried.push(error.message));
  await page.setContent(html, { waitUntil: "load" });
  return { page, tried };
}

const example = readFileSync(
  new URL("../../docs/examples/totalDifficulty-removed.email.html", import.meta.url),
  "utf8",
);

/** What axe finds, as short lines. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<string[]>(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
  );
  return found;
}

describe("accessibility", () => {
  test.each(["email", "page"] as const)("axe finds nothing wrong with the %s", async (form) => {
    const { page } = await opened(form === "email" ? example : hostileForms().page, 900);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

describe("the mail", () => {
  test.each([600, 360])("fits %i px: nothing scrolls sideways or is cut off", async (width) => {
    const { page } = await opened(example, width);
    const widths = await page.evaluate<{ document: number; widest: number }>(`({
      document: document.documentElement.scrollWidth,
      widest: Math.max(...[...document.querySelectorAll("body *")].map((element) => element.getBoundingClientRect().right)),
    })`);
    expect(widths.document).toBeLessThanOrEqual(width);
    expect(widths.widest).toBeLessThanOrEqual(width);
    await page.close();
  });

  test("says in its first screen whether to act, by when and what to do", async () => {
    const { page } = await opened(example, 600);
    for (const words of [
      "Yes, if your code is as described below",
      "Read totalDifficulty only where it is there.",
    ]) {
      const box = await page.getByText(words).first().boundingBox();
      expect(box?.y).toBeLessThan(600);
    }
    await page.close();
  });

  test("fetches nothing, has no script and no style that readers strip", async () => {
    const { page, tried } = await opened(example, 600);
    expect(tried).toEqual([]);
    expect(await page.locator("script, link, style, img, iframe, form").count()).toBe(0);
    await page.close();
  });

  test.each(["email", "page"] as const)(
    "hostile values in the %s run nothing, fetch nothing and stay text",
    async (form) => {
      const { page, tried } = await opened(hostileForms()[form], 600);
      expect(tried).toEqual([]);
      expect(await page.locator("script, img, iframe, [onerror], [onmouseover]").count()).toBe(0);
      expect(await page.getByText("<script>alert(1)</script>").count()).toBeGreaterThan(0);
      expect(
        await page.evaluate('[...document.querySelectorAll("a")].map((link) => link.protocol)'),
      ).toEqual(["mailto:"]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(600);
      await page.close();
    },
  );
});
