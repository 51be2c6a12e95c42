import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { launchChromium } from "../test/support/browser.ts";
import { storeLargeRun } from "./support/large-run.ts";
import { provenance } from "./support/replaying.ts";

const CALLS = 1_000_000;
const FINDINGS = [300, 6_000];
const RESULT = "docs/evidence/report-size.md";
const AIMS = { megabytes: 20, seconds: 20, memoryMb: 400, firstFindingMs: 1_500, filterMs: 100 };

interface Measured {
  readonly findings: number;
  readonly pairs: number;
  readonly bodyMb: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly memoryMb: number;
  /** The same with V8's heap held to HEAP: what it needs, not what it takes where there is room. */
  readonly heldMemoryMb: number;
  readonly heldSeconds: number;
  readonly jsonMegabytes: number;
  readonly jsonSeconds: number;
  readonly firstFindingMs: number;
  readonly readyMs: number;
  readonly filterP50Ms: number;
  readonly filterP95Ms: number;
  readonly filters: number;
}

export const study = {
  name: "report-size",
  summary:
    "size, time and memory of the HTML report of 1,000,000 calls with 300 and with 6,000 findings",
  async run(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-report-size-"));
    try {
      const rows: Measured[] = [];
      for (const findings of FINDINGS) rows.push(await measure(folder, findings));
      const text = resultText(rows);
      process.stdout.write(text);
      writeFileSync(RESULT, text);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(parent: string, findings: number): Promise<Measured> {
  const { folder, pairs, bodyBytes } = storeLargeRun(parent, CALLS, findings);
  const html = render(folder, "html");
  const held = render(folder, "html", HEAP);
  const json = render(folder, "json");
  const file = path.join(folder, "report.html");
  const inBrowser = await browse(pathToFileURL(file).href);
  const megabytes = statSync(file).size / 1e6;
  const jsonMegabytes = statSync(path.join(folder, "findings.json")).size / 1e6;
  rmSync(folder, { recursive: true });
  return {
    findings,
    pairs,
    bodyMb: bodyBytes / 1e6,
    megabytes,
    seconds: html.seconds,
    cpuSeconds: html.cpuSeconds,
    memoryMb: html.memoryMb,
    heldMemoryMb: held.memoryMb,
    heldSeconds: held.seconds,
    jsonMegabytes,
    jsonSeconds: json.seconds,
    ...inBrowser,
  };
}

const HEAP = ["--max-old-space-size=128", "--max-semi-space-size=8"];
/** VmHWM, not maxRSS: the latter starts with the memory of the process that forked. */
const SHOW_USE = `data:text/javascript,${encodeURIComponent(`import { readFileSync } from "node:fs";
process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const [, kilobytes] = /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
  console.error("used", kilobytes, userCPUTime + systemCPUTime);
});`)}`;

interface Rendered {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly memoryMb: number;
}

/** Runs the command in a process of its own: seconds from start to exit, most resident memory. */
function render(folder: string, format: string, flags: readonly string[] = []): Rendered {
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [...flags, "--import", SHOW_USE, "src/main.ts", "report", folder, "--format", format],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`report failed with ${status}: ${stderr}`);
  const seconds = (performance.now() - start) / 1_000;
  const [, memory, cpu] = /used (\d+) (\d+)/.exec(stderr) ?? [];
  return { seconds, memoryMb: Number(memory) / 1_024, cpuSeconds: Number(cpu) / 1e6 };
}

type Browsed = Pick<
  Measured,
  "firstFindingMs" | "readyMs" | "filterP50Ms" | "filterP95Ms" | "filters"
>;

async function browse(url: string): Promise<Browsed> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const start = performance.now();
    await page.goto(`${url}#findings`, { waitUntil: "commit" });
    await page.locator(".finding summary").first().waitFor({ state: "visible" });
    const firstFindingMs = performance.now() - start;
    await page.waitForSelector("html[data-ready]");
    const readyMs = performance.now() - start;
    const times = (await page.evaluate<number[]>(FILTERS)).toSorted((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? NaN;
    return {
      firstFindingMs,
      readyMs,
      filterP50Ms: at(0.5),
      filterP95Ms: at(0.95),
      filters: times.length,
    };
  } finally {
    await browser.close();
  }
}

/** Uses every filter as a reader would, letter by letter; each time until the frame after it is painted. */
const FILTERS = `(async () => {
  const form = document.getElementById("filters");
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  const set = async (name, value) => {
    const start = performance.now();
    const input = form.elements[name];
    if (input instanceof RadioNodeList) [...input].find((one) => one.value === value).click();
    else { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); }
    await painted();
    times.push(performance.now() - start);
  };
  const pick = (name, step) => [...form.elements[name].options].map((option) => option.value).filter((_, index) => index % step === 1);
  for (const severity of ["breaking", "risky", "info", "breaking", "risky", "info"]) await set("severity", severity);
  for (const name of ["kind", "method", "status"]) { for (const value of pick(name, 3)) await set(name, value); await set(name, ""); }
  for (const value of pick("customer", 20)) await set("customer", value);
  await set("customer", "");
  for (const word of ["field1", "method7 value", "error-message-changed", "nothing like this"])
    for (let length = 1; length <= word.length; length += 1) await set("q", word.slice(0, length));
  await set("q", "");
  return times;
})()`;

function resultText(rows: readonly Measured[]): string {
  const table = (name: string, aim: string, of: (row: Measured) => string): string =>
    `| ${name} | ${aim} | ${rows.map(of).join(" | ")} |`;
  return [
    "# Size and time of the HTML report",
    "",
    provenance("npm run study report-size"),
    "",
    `Machine: ${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB, load ${loadavg()[0]?.toFixed(1)} at the end.`,
    "",
    `A run of ${CALLS.toLocaleString("en")} calls of 500 customers in the store that \`replay\` writes, bodies from 1 KB to 1 MB (every magnitude as often), rendered by the command in a process of its own.`,
    "",
    `| | aim | ${rows.map((row) => `${row.findings.toLocaleString("en")} findings`).join(" | ")} |`,
    `| --- | --- | ${rows.map(() => "---:").join(" | ")} |`,
    table(
      "sample pairs, their bodies",
      "",
      (row) =>
        `${row.pairs.toLocaleString("en")}, ${Math.round(row.bodyMb).toLocaleString("en")} MB`,
    ),
    table("report.html", `< ${AIMS.megabytes} MB`, (row) => `${row.megabytes.toFixed(1)} MB`),
    table("made in", `< ${AIMS.seconds} s`, (row) => `${row.seconds.toFixed(1)} s`),
    table(
      "of that, CPU (on a machine that others use too)",
      "",
      (row) => `${row.cpuSeconds.toFixed(1)} s`,
    ),
    table(
      "most memory, with a heap of 128 MB",
      `< ${AIMS.memoryMb} MB`,
      (row) => `${Math.round(row.heldMemoryMb)} MB, ${row.heldSeconds.toFixed(1)} s`,
    ),
    table(
      "most memory, where V8 takes what there is",
      "",
      (row) => `${Math.round(row.memoryMb)} MB`,
    ),
    table(
      "first finding visible",
      `< ${AIMS.firstFindingMs} ms`,
      (row) => `${Math.round(row.firstFindingMs)} ms`,
    ),
    table("filters ready", "", (row) => `${Math.round(row.readyMs)} ms`),
    table(
      "a filter until painted, median",
      "",
      (row) => `${row.filterP50Ms.toFixed(0)} ms of ${row.filters}`,
    ),
    table(
      "a filter until painted, 95th percentile",
      `< ${AIMS.filterMs} ms`,
      (row) => `${row.filterP95Ms.toFixed(0)} ms`,
    ),
    table(
      "findings.json, made in",
      "",
      (row) => `${row.jsonMegabytes.toFixed(1)} MB, ${row.jsonSeconds.toFixed(1)} s`,
    ),
    "",
  ].join("\n");
}
