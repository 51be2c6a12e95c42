import { expect, test } from "vitest";
import { visible } from "../../src/report/view/text.ts";
import type { FindingPlan } from "../support/judged.ts";
import { judgedRun } from "../support/judged.ts";
import { HOSTILE } from "./hostile.ts";
import { openReport } from "./open-report.ts";
import { rendered } from "./render.ts";

/** Puts a value wherever a run can hold foreign text. */
function planOf(value: string, index: number): FindingPlan {
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    result: { [value.slice(0, 200)]: value, number: "0x1" },
  });
  return {
    fingerprint: (index + 1).toString(16).padStart(16, "f"),
    method: `eth_${value.slice(0, 300)}`,
    path: `/result/${value.slice(0, 300)}/n${index}`,
    title: `Title ${value.slice(0, 300)}`,
    severityReason: value.slice(0, 300),
    knownChange: {
      client: value.slice(0, 50),
      version: value.slice(0, 50),
      source: value.slice(0, 300),
      summary: value.slice(0, 300),
    },
    examples: [
      {
        old: body,
        candidate: value,
        request: value,
        sample: { name: value.slice(0, 300), old: value, candidate: [value] },
      },
    ],
    group: {
      clients: [
        { name: value.slice(0, 100), version: value.slice(0, 100), calls: 1, customers: [] },
      ],
      places: [{ path: value.slice(0, 300), count: 1 }],
      variants: [
        { old: value.slice(0, 200), candidate: value.slice(0, 200), calls: 1 },
        { old: "1", candidate: value.slice(0, 200), calls: 1 },
      ],
    },
  };
}

test("40 hostile values are shown as text and do nothing, in the page and in its compressed part", async () => {
  expect(HOSTILE).toHaveLength(40);
  const filler = Array.from({ length: 60 }, (_, index): FindingPlan => ({
    path: `/result/filler${index}`,
  }));
  const plans = [...HOSTILE, ...filler, ...HOSTILE].map((value, index) =>
    typeof value === "string"
      ? planOf(value, index)
      : { ...value, fingerprint: (index + 1).toString(16).padStart(16, "f") },
  );
  await using report = await openReport(rendered("html", judgedRun(plans)));
  const { page, messages, requests } = report;
  await page.click("#more");
  await page.waitForFunction("document.querySelectorAll('.finding').length === 140");
  for (const summary of await page.locator(".finding > details > summary").all())
    await summary.dispatchEvent("click");
  await page.waitForFunction("document.querySelector('.body[data-load]') === null");

  const texts = await page
    .locator(".finding")
    .evaluateAll((all) => all.map((element) => element.textContent));
  expect(texts).toHaveLength(140);
  const missing = [...HOSTILE, ...HOSTILE].filter((value, index) => {
    const text = texts[index < 40 ? index : index + 60] ?? "";
    return (
      !text.includes(visible(`Title ${value.slice(0, 300)}`)) ||
      !text.includes(visible(value.slice(0, 60)))
    );
  });
  expect(missing).toEqual([]);
  expect(await page.evaluate("globalThis.hit")).toBe(undefined);
  expect(await page.locator("script:not([type='text/plain'])").count()).toBe(1);
  expect(
    await page
      .locator("main :is(iframe, img, object, embed, base, meta, link, style, script)")
      .count(),
  ).toBe(0);
  expect(await page.locator("a[href^='javascript'], a[href^='data']").count()).toBe(0);
  expect(requests).toEqual([]);
  expect(messages).toEqual([]);
});
