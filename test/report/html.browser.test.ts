import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Part } from "../../src/report/formats/format.ts";
import { judgedRun } from "../support/judged.ts";
import type { FindingPlan } from "../support/judged.ts";
import { openReport } from "./open-report.ts";
import type { OpenReport } from "./open-report.ts";
import { render, rendered } from "./render.ts";

const KINDS = ["field-removed", "error-message-changed", "field-added"] as const;
const CUSTOMERS = ["cus_00000000000000aa", "cus_00000000000000bb"];

/** 250 findings of three severities and two customers, so that some are in the page and some in its compressed part. */
const PLANS = Array.from({ length: 250 }, (_, index): FindingPlan => ({
  kind: KINDS[index % 3] ?? "field-removed",
  path: `/result/field${index}`,
  group: { variants: [{ old: `"text ${index}"`, candidate: '"other"', calls: 1 }] },
  title: `Finding number ${index}${index === 222 ? " needle" : ""}`,
  customers: index % 5 === 0 ? CUSTOMERS : CUSTOMERS.slice(0, 1),
  status: index % 10 === 0 ? "accepted" : "new",
}));
const RUN = judgedRun(PLANS);
const HTML = rendered("html", RUN);

const shown = (page: Page): Promise<number> => page.locator(".finding").count();
const matches = (page: Page): Promise<string | null> => page.locator("#shown-count").textContent();

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

async function axe(page: Page): Promise<string[]> {
  await page.evaluate(
    readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
  );
  const { violations } = await page.evaluate<AxeResult>("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

describe("with scripts", () => {
  let report: OpenReport;
  let page: Page;
  beforeAll(async () => {
    report = await openReport(HTML, {
      context: { permissions: ["clipboard-read", "clipboard-write"] },
    });
    page = report.page;
  });
  afterAll(async () => {
    expect(report.messages).toEqual([]);
    expect(report.requests).toEqual([]);
    await report[Symbol.asyncDispose]();
  });

  test("filters by mouse, each in the address", async () => {
    expect(await shown(page)).toBe(100);
    await page.click("label.toggle.breaking");
    expect(await matches(page)).toBe("84 of 250");
    expect(page.url()).toContain("#severity=breaking");
    await page.selectOption("#customer", CUSTOMERS[1] ?? "");
    expect(await matches(page)).toBe("17 of 250");
    await page.selectOption("#status", "accepted");
    expect(await matches(page)).toBe("9 of 250");
    expect(await shown(page)).toBe(9);
    await page.click("#clear");
    expect(await matches(page)).toBe("250 of 250");
    expect(page.url()).not.toContain("#");
    await page.selectOption("#kind", "field-added");
    await page.selectOption("#method", "eth_call");
    expect(await matches(page)).toBe("21 of 250");
    await page.click("#clear");
  });

  test("works by keyboard alone", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    expect(await matches(page)).toBe("1 of 250");
    await page.keyboard.type(" !222");
    expect(await matches(page)).toBe("0 of 250");
    for (let letter = 0; letter < 5; letter += 1) await page.keyboard.press("Backspace");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".finding details[open] .diff");
    expect(page.url()).toContain("finding=00000000000000df");
    await page.keyboard.press("x");
    expect(await matches(page)).toBe("250 of 250");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const focused = await page.evaluate("document.activeElement?.closest('.finding')?.id");
    expect(focused).toBe("finding=0000000000000001");
    await page.keyboard.press("?");
    expect(await page.locator("#help").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator("#help").isVisible()).toBe(false);
  });

  test("every control can be reached and used by keyboard", async () => {
    await page.keyboard.press("/");
    const reached = [];
    for (let step = 0; step < 11; step += 1) {
      reached.push(
        await page.evaluate<string>("document.activeElement.id || document.activeElement.value"),
      );
      await page.keyboard.press("Tab");
    }
    expect(reached).toEqual([
      "q",
      "breaking",
      "risky",
      "info",
      "group",
      "sort",
      "kind",
      "method",
      "customer",
      "status",
      "clear",
    ]);
    await page.locator("[name=severity][value=risky]").focus();
    await page.keyboard.press("Space");
    expect(await matches(page)).toBe("83 of 250");
    await page.locator("#status").focus();
    await page.keyboard.type("acc");
    expect(await matches(page)).toBe("8 of 250");
    await page.locator("#clear").focus();
    await page.keyboard.press("Enter");
    expect(await matches(page)).toBe("250 of 250");
  });

  test("light, dark and the help by mouse", async () => {
    await page.click("#theme");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    expect(page.url()).toContain("theme=dark");
    await page.click("#theme");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
    await page.click("#help-open");
    await page.click("#help button");
    expect(await page.locator("#help").isVisible()).toBe(false);
  });

  test("shows more on demand", async () => {
    await page.click("#more");
    await page.click("#more");
    await expect.poll(() => shown(page)).toBe(250);
    expect(await page.locator("#more").isVisible()).toBe(false);
    await page.click("#clear");
  });

  test("an empty result says so and offers the way back", async () => {
    await page.fill("#q", "no such thing");
    expect(await shown(page)).toBe(0);
    await page.click("#clear-too");
    expect(await matches(page)).toBe("250 of 250");
  });

  test("copies the curl, the fingerprint, the accepted entry and the notice text", async () => {
    const finding = page.locator(".finding").first();
    if ((await finding.locator("details[open] > .body").count()) === 0)
      await finding.locator("summary").first().click();
    for (const box of await finding.locator(".curl > summary, .copies details > summary").all())
      await box.click();
    const copied: string[] = [];
    for (const button of await finding.locator(".copy").all()) {
      await button.click();
      copied.push(await page.evaluate<string>("navigator.clipboard.readText()"));
    }
    expect(copied).toHaveLength(6);
    expect(copied[0]).toMatch(
      /^curl -sS "\$OLD_URL" -H 'content-type: application\/json' --data-raw '\{"jsonrpc"/,
    );
    expect(copied[2]).toMatch(/^diff <\(curl .*\$OLD_URL.*\) <\(curl .*\$CANDIDATE_URL.*\)$/);
    expect(copied[3]).toBe("0000000000000001");
    expect(copied[4]).toContain('fingerprint: "0000000000000001"');
    expect(copied[5]).toContain("What works on both:");
  });

  test("remembers nothing", async () => {
    const kept = await page.evaluate(
      "[localStorage.length, sessionStorage.length, document.cookie.length]",
    );
    expect(kept).toEqual([0, 0, 0]);
  });
});

test("an address with filters and a finding opens as it was left", async () => {
  await using report = await openReport(HTML, {
    fragment: "#severity=info&q=finding&finding=00000000000000f9&theme=dark",
  });
  await report.page.waitForSelector("[id='finding=00000000000000f9'] details[open] .diff");
  expect(await matches(report.page)).toBe("83 of 250");
  expect(await report.page.locator("html").getAttribute("data-theme")).toBe("dark");
});

test("a link inside the report keeps the filters that are on", async () => {
  await using report = await openReport(HTML, { fragment: "#severity=info" });
  const { page } = report;
  await page.evaluate("location.hash = 'finding=00000000000000f9'");
  await page.waitForSelector("[id='finding=00000000000000f9'] details[open] .diff");
  expect(await matches(page)).toBe("83 of 250");
  expect(page.url()).toContain("#severity=info&finding=00000000000000f9");
  await page.evaluate("location.hash = 'method=eth_call'");
  await page.waitForFunction("document.getElementById('shown-count').textContent === '63 of 250'");
});

test("a linked finding outranks filters that would hide it", async () => {
  await using report = await openReport(HTML, {
    fragment: "#severity=info&finding=0000000000000001",
  });
  await report.page.waitForSelector("[id='finding=0000000000000001'] details[open] .diff");
});

test.each([320, 1280])("a linked finding is on the screen, at %i px", async (width) => {
  await using report = await openReport(HTML, {
    fragment: "#finding=0000000000000040",
    context: { viewport: { width, height: 800 } },
  });
  const { page } = report;
  await page.waitForSelector("[id='finding=0000000000000040'] details[open] .diff");
  await page.waitForFunction(
    "(({ top }) => top >= 0 && top < 200)(document.getElementById('finding=0000000000000040').getBoundingClientRect())",
  );
});

test("with scripts off: verdict, what was not tested, first 100 findings with before and after; the rest is named", async () => {
  await using report = await openReport(HTML, { context: { javaScriptEnabled: false } });
  const { page } = report;
  const text = await page.locator("body").innerText();
  expect(text).toContain("Fail");
  expect(text).toContain("Would change the chain or the node, so it is never sent");
  expect(text).toContain("With scripts off the first 100 of 250 findings are shown.");
  expect(text).toContain("The other 150 are in this file's compressed part");
  expect(await shown(page)).toBe(100);
  expect(await page.locator("#filters").isVisible()).toBe(false);
  expect(await page.locator(".copy:visible").count()).toBe(0);
  const last = page.locator(".finding").nth(99);
  await last.locator("summary").first().click();
  expect(await last.locator(".diff .removed .old").innerText()).toContain(
    '"totalDifficulty": "0x20000"',
  );
  expect(report.messages).toEqual([]);
});

test.each(["light", "dark"] as const)(
  "axe finds no violation in %s, with a finding open and the help shown",
  async (colorScheme) => {
    await using report = await openReport(HTML, { context: { colorScheme } });
    const { page } = report;
    for (const summary of await page
      .locator(".finding > details > summary")
      .all()
      .then((all) => all.slice(0, 3)))
      await summary.click();
    await page.locator(".chart summary").first().click();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("?");
    expect(await axe(page)).toEqual([]);
  },
);

test("printed, one line a finding, and what breaks open, with scripts and without", async () => {
  for (const javaScriptEnabled of [true, false]) {
    await using report = await openReport(HTML, { context: { javaScriptEnabled } });
    const { page } = report;
    await page.emulateMedia({ media: "print" });
    const heightsOf = (selector: string): Promise<number[]> =>
      page
        .locator(selector)
        .evaluateAll((all) => all.map((body) => body.getBoundingClientRect().height));
    const first = await heightsOf("#list > .breaking:nth-child(-n+30) .body");
    expect(first.length).toBeGreaterThan(5);
    expect(Math.min(...first)).toBeGreaterThan(100);
    const others = await page
      .locator(".finding:not(.breaking) .body, #list > li:nth-child(n+31) .body")
      .evaluateAll((all) =>
        all.filter((body) => body.checkVisibility({ contentVisibilityAuto: true })).map(() => 1),
      );
    expect(others).toEqual([]);
    expect(await page.locator(".printed").innerText()).toContain("of the first 30 changes");
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(10);
  }
});

describe("findings that are one change", () => {
  const PLAN = Array.from({ length: 6 }, (_, index): FindingPlan => ({
    kind: "field-added",
    method: `eth_method${index}`,
    path: "/result/blockTimestamp",
    customers: index < 2 ? CUSTOMERS : CUSTOMERS.slice(0, 1),
  }));
  const page = rendered("html", judgedRun([...PLAN, { kind: "field-removed" }]));

  test("are one line that opens, by change, by method and by customer; a link opens it", async () => {
    await using report = await openReport(page);
    const lines = report.page.locator("#list > li");
    expect(await lines.count()).toBe(2);
    const group = report.page.locator(".group");
    expect(await group.locator("h3").first().innerText()).toContain(
      "blockTimestamp is new in 6 methods.",
    );
    await group.locator("summary").first().click();
    await report.page.waitForSelector(".group .finding");
    expect(await group.locator(".finding:visible").count()).toBe(6);
    expect(await axe(report.page)).toEqual([]);
    await report.page.selectOption("#group", "method");
    expect(await lines.count()).toBe(7);
    await report.page.selectOption("#group", "customer");
    expect(await lines.count()).toBe(2);
    await lines.nth(1).locator("summary").first().click();
    await report.page.waitForSelector(".group.plain .finding");
    expect(await lines.nth(1).locator(".finding").count()).toBe(2);
    await report.page.selectOption("#group", "");
    await report.page.selectOption("#sort", "method");
    await report.page.evaluate("location.hash = 'finding=0000000000000003'");
    await report.page.waitForSelector("[id='finding=0000000000000003'] details[open] .body");
    expect(report.messages).toEqual([]);
  });

  test("with scripts off the group holds its findings", async () => {
    await using report = await openReport(page, { context: { javaScriptEnabled: false } });
    await report.page.locator(".group summary").first().click();
    expect(await report.page.locator(".group .finding:visible").count()).toBe(6);
  });

  test("tables sort, counters filter, and what is shown can be saved", async () => {
    await using report = await openReport(page, { context: { acceptDownloads: true } });
    const first = report.page.locator(".methods tbody tr th").first();
    await report.page.locator(".methods thead button").first().click();
    const down = await first.innerText();
    await report.page.locator(".methods thead button").first().click();
    expect(await first.innerText()).not.toBe(down);
    await report.page.locator(".tally a.info").click();
    await expect.poll(() => matches(report.page)).toBe("6 of 7");
    const saved = report.page.waitForEvent("download");
    await report.page.click("#save-csv");
    const lines = readFileSync(await (await saved).path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toContain("severity,kind,method,path,title,calls");
    expect(report.messages).toEqual([]);
  });

  test("the first screen holds the decision at 1280 by 720", async () => {
    await using report = await openReport(page, {
      context: { viewport: { width: 1280, height: 720 } },
    });
    for (const selector of [".word", ".because", ".tiles", ".dates", ".tally"]) {
      const box = await report.page.locator(selector).boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 9_999)).toBeLessThanOrEqual(720);
    }
  });
});

test.each([320, 390, 1280, 3840])("nothing overflows at %i px", async (width) => {
  await using report = await openReport(HTML, { context: { viewport: { width, height: 900 } } });
  const { page } = report;
  await page.locator(".finding summary").first().click();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
});

test("split assets work under a policy without inline style or script", async () => {
  const parts = render("html", RUN, { splitAssets: true });
  expect(parts.map(({ name }) => name)).toEqual(["report.html", "report.css", "report.js"]);
  await using report = await openReport(HTML);
  await using host = await serve(
    parts,
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:",
  );
  report.messages.length = 0;
  await report.page.goto(host.url);
  await report.page.waitForSelector("html[data-ready]");
  await report.page.click("label.toggle.breaking");
  expect(await matches(report.page)).toBe("84 of 250");
  expect(report.messages).toEqual([]);
});

test("split assets open from disk too", async () => {
  await using report = await openReport(render("html", RUN, { splitAssets: true }));
  await report.page.click("label.toggle.breaking");
  expect(await matches(report.page)).toBe("84 of 250");
  expect(report.messages).toEqual([]);
  expect(report.requests).toEqual([]);
});

test("a host that allows no script at all still shows the findings", async () => {
  const parts = render("html", RUN, { splitAssets: true });
  await using report = await openReport(HTML);
  await using host = await serve(
    parts,
    "sandbox; default-src 'none'; img-src 'self'; style-src 'self'",
  );
  await report.page.goto(host.url);
  expect(await shown(report.page)).toBe(100);
  expect(await report.page.locator(".verdict .word").innerText()).toBe("Not yet");
});

test("a team's own templates replace the shipped ones, and the policy follows their style", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "shadowdiff-templates-"));
  await mkdir(path.join(folder, "partials"));
  await writeFile(path.join(folder, "report.css"), "body { background: rgb(1, 2, 3); }");
  await writeFile(
    path.join(folder, "partials", "foot.hbs"),
    "<footer>Example Ltd, run {{heading.runId}}</footer>",
  );
  await using report = await openReport(rendered("html", RUN, { templates: folder }));
  expect(await report.page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
    "rgb(1, 2, 3)",
  );
  expect(await report.page.locator("footer").innerText()).toBe("Example Ltd, run geth-1.17.0");
  expect(report.messages).toEqual([]);
  await rm(folder, { recursive: true });
});

/** A web server that gives the parts with a policy of its own. */
async function serve(
  parts: readonly Part[],
  policy: string,
): Promise<AsyncDisposable & { readonly url: string }> {
  const types: Readonly<Record<string, string>> = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
  };
  const server = createServer((request, response) => {
    const part = parts.find(({ name }) => request.url === `/${name}`);
    response.writeHead(part === undefined ? 404 : 200, {
      "content-type": `${types[path.extname(part?.name ?? "")] ?? "text/plain"}; charset=utf-8`,
      "content-security-policy": policy,
    });
    response.end(part?.text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/report.html`,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}
