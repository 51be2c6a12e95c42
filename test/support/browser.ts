import chromiumPackage from "@sparticuz/chromium";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

/**
 * A real Chromium from the npm package: no other set-up, and its own copies of the system libraries it needs. The package's own
 * arguments are for a cloud function (one process, no web security); a report has to be safe without them.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPackage.executablePath(),
    args: ["--no-sandbox", "--no-zygote", "--disable-gpu"],
    headless: true,
  });
}
