import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { openLiveStore, type LiveStore } from "../../src/runs/windows/live-store.ts";
import { startServing } from "../../src/stages/serve.ts";
import { launchChromium } from "../support/browser.ts";
import { CHANGED, comparisonOf, same } from "../support/comparison.ts";
import { buildFacts } from "../support/facts.ts";
import { temporaryFolder } from "../support/folder.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const ALIKE = { old: 10, candidate: 10 };

interface Live {
  readonly url: string;
  readonly store: LiveStore;
  readonly add: (minutesAgo: number, calls: number, wrong: number, method?: string) => void;
}

/** A live run of the last hour, and the page of it. */
async function live(): Promise<Live> {
  const cwd = temporaryFolder();
  const folder = path.join(cwd, "live");
  let ago = 60;
  const { header } = buildFacts([]);
  const clock = (): number => Date.now() - ago * 60_000;
  const store = openLiveStore(folder, { ...header, command: "shadow" }, clock);
  let number = 0;
  const add: Live["add"] = (minutesAgo, calls, wrong, method = "eth_call") => {
    ago = minutesAgo;
    for (let call = 0; call < calls; call++) {
      number++;
      const pairId = `live:${number}:0`;
      store.addTimes(3 + (call % 5), 4 + (call % 7));
      const comparison =
        call < wrong
          ? comparisonOf({
              pairId,
              method,
              latencyMs: ALIKE,
              differences: [
                { ...CHANGED, path: `/result/${HOSTILE}`, pattern: `/result/${HOSTILE}` },
              ],
            })
          : { ...same(pairId), method, latencyMs: ALIKE };
      store.add({ key: `live:${number}`, sends: 1, comparisons: [comparison] });
    }
    store.flush({
      gone: false,
      candidate: "answers",
      queueItems: 2,
      lagMs: 12,
      heads: { old: 10, candidate: 9 },
      liveRequests: 1_000,
      extraRequests: 30,
      ledger: { seen: number + 3, compared: number, dropped: { "too-old": 3 } },
    });
  };
  for (let minutes = 59; minutes > 0; minutes--) add(minutes, 40, minutes < 20 ? 2 : 0);
  const served = await startServing({
    judging: {
      runs: [folder],
      since: null,
      accepted: undefined,
      settings: {},
      settingsPath: null,
      cwd,
    },
    window: "1h",
    listen: { host: "127.0.0.1", port: 0 },
    access: { token: null },
    agent: null,
    now: () => new Date(),
  });
  onTestFinished(async () => {
    await served.stop();
    store.close();
  });
  return { url: served.url, store, add };
}

async function open(
  url: string,
  options: { width?: number; scripts?: boolean } = {},
): Promise<{ page: Page; trouble: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1_280, height: 900 },
    javaScriptEnabled: options.scripts ?? true,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") trouble.push(message.text());
  });
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("dialog", (dialog) => trouble.push(`dialog ${dialog.message()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) trouble.push(`request to ${request.url()}`);
  });
  await page.goto(`${url}/`);
  return { page, trouble };
}

describe("the page of a live run", () => {
  test("shows the verdict, findings and the course; is accessible at three widths; obeys nothing that traffic holds", async () => {
    const { url } = await live();
    for (const width of [390, 820, 1_280]) {
      const { page, trouble } = await open(url, { width });
      expect(await page.textContent("h1")).toBe("Fail: do not go on");
      expect(await page.textContent("table")).toContain("breaking");
      expect(await page.textContent("table")).toContain("growing");
      expect(await page.locator("svg.chart").count()).toBe(2);
      const folder = process.env["SHADOWDIFF_SCREENSHOTS"];
      if (folder !== undefined)
        await page.screenshot({ path: path.join(folder, `live-${width}.png`), fullPage: true });
      const violations = await axe(page);
      expect(violations).toEqual([]);
      // Nothing is wider than the screen but what scrolls by itself.
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(trouble).toEqual([]);
    }
  });

  test("updates itself, and marks what is new since the last look", async () => {
    const { url, add } = await live();
    const { page, trouble } = await open(url);
    const before = await page.textContent("main");
    expect(before).not.toContain("eth_getLogs");
    add(0, 20, 5, "eth_getLogs");
    await page.locator("tr", { hasText: "eth_getLogs" }).waitFor();
    expect(trouble).toEqual([]);
    const hour = Date.now() - 3_600_000;
    await page.context().addCookies([{ name: "shadowdiff-look", value: `0-${hour}`, url }]);
    await page.goto(`${url}/`);
    const fresh = page.locator("tr", { hasText: "eth_getLogs" });
    expect(await fresh.textContent()).toContain("since your last look");
  });

  test("is readable without scripts, and reloads by itself then", async () => {
    const { url } = await live();
    const { page } = await open(url, { scripts: false });
    expect(await page.textContent("h1")).toBe("Fail: do not go on");
    expect(await page.locator("tbody tr").count()).toBe(1);
    expect(await page.locator('meta[http-equiv="refresh"]').getAttribute("content")).toBe("15");
  });

  test("is the verdict as JSON for who does not ask for HTML", async () => {
    const { url } = await live();
    const answer = await fetch(`${url}/`);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(((await answer.json()) as { verdict: { verdict: string } }).verdict.verdict).toBe(
      "fail",
    );
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('shadowdiff_comparisons_total{state="different"} 38');
    expect(metrics).toContain('shadowdiff_mismatched_total{severity="breaking"} 38');
    expect(metrics).toContain('shadowdiff_mismatched_total{severity="risky"} 0');
    expect(metrics).toContain('shadowdiff_lost_total{run="1",reason="too-old"} 3');
    expect(metrics).toContain('shadowdiff_lost_total{run="1",reason="queue-full"} 0');
    expect(metrics).toContain('shadowdiff_candidate_up{run="1"} 1');
    expect(metrics).toMatch(
      /shadowdiff_latency_seconds_bucket\{run="1",side="candidate",le="\+Inf"\} 2360/,
    );
    expect(metrics).not.toContain("cus_");
  });
});

/** The page's own policy lets no other script in: this one is run by the browser's tools. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found: unknown = await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
  );
  return found as string[];
}
