import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll } from "vitest";
import type { Part } from "../../src/report/formats/format.ts";
import { launchChromium } from "../support/browser.ts";

export interface OpenReport extends AsyncDisposable {
  readonly page: Page;
  /** file: URL of the report. */
  readonly url: string;
  /** All that the page wrote to the console, threw or asked in a dialog. */
  readonly messages: string[];
  /** Every request but the report's own. */
  readonly requests: string[];
}

interface OpenOptions {
  readonly fragment?: string;
  readonly context?: BrowserContextOptions;
}

/** One Chromium for all tests of a file; each report has a context of its own. */
let shared: Promise<Browser> | undefined;
afterAll(async () => {
  await (await shared)?.close();
});

/** Opens a report from disk in Chromium. The folder and the page are gone with it. */
export async function openReport(
  report: string | readonly Part[],
  options: OpenOptions = {},
): Promise<OpenReport> {
  const { fragment = "", context: contextOptions = {} } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "shadowdiff-report-"));
  const parts = typeof report === "string" ? [{ name: "report.html", text: report }] : report;
  for (const { name, text } of parts) await writeFile(path.join(folder, name), text);
  const url = pathToFileURL(path.join(folder, "report.html")).href;
  const own = parts.map(({ name }) => pathToFileURL(path.join(folder, name)).href);
  shared ??= launchChromium();
  const context = await (
    await shared
  ).newContext({
    viewport: { width: 1280, height: 900 },
    ...contextOptions,
  });
  const page = await context.newPage();
  const messages: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("dialog", (dialog) => {
    messages.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const address = request.url().split("#", 1)[0] ?? "";
    if (!own.includes(address) && address !== "data:,") requests.push(address);
  });
  await page.goto(`${url}${fragment}`);
  if (contextOptions.javaScriptEnabled !== false) await page.waitForSelector("html[data-ready]");
  return {
    page,
    url,
    messages,
    requests,
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
