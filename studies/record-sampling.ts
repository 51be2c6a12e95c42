import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { KEEP_ALL, sampler } from "../src/record/sample/sampler.ts";
import type { ExchangeRow } from "../src/recording/batch.ts";
import { closeRecordingFile, openRecordingFile } from "../src/recording/file.ts";
import { encodeRecord } from "../src/recording/record-bytes.ts";
import { batchStore } from "../src/recording/store.ts";
import { summarise } from "../src/recording/summary.ts";
import type { RecordingSummary } from "../src/recording/summary.ts";
import { seeded } from "./support/random.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const RUNS = 200;
const CALLS = 100_000;
const METHODS = 60;
const CUSTOMERS = 40;
const PER_METHOD = 80;
const WINDOWS = 2;
const BATCH = 500;

interface Tally {
  readonly stored: number;
  readonly methods: number;
  /** Counts per customer and method: how many intervals, and how many hold the truth. */
  readonly intervals: number;
  readonly covered: number;
  readonly open: number;
  readonly openCovered: number;
}

/** An index drawn with probability proportional to 1 / (index + 1). */
function zipf(count: number): (random: () => number) => number {
  const sums: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    total += 1 / rank;
    sums.push(total);
  }
  return (random) => {
    const at = random() * total;
    return sums.findIndex((sum) => at < sum);
  };
}

const record = encodeRecord({
  verb: "POST",
  path: "/",
  requestHeaders: {},
  requestBody: null,
  responseHeaders: null,
  responseBody: null,
});

/** One recording of 100,000 calls, sampled as the recorder samples, through the file and out by `inspect`'s way. */
function runOnce(seed: number, folder: string): Tally {
  const random = seeded(seed);
  const method = zipf(METHODS);
  const customer = zipf(CUSTOMERS);
  const truth = new Map<string, number>();
  const file = path.join(folder, `${seed}.sqlite`);
  const database = openRecordingFile(file, {
    source: "record",
    network: { chainId: "1", genesisHash: null },
    keyId: null,
    options: {},
    createdAt: 0,
  });
  const store = batchStore(database);
  const samples = sampler({ ...KEEP_ALL, perMethod: PER_METHOD / WINDOWS, firsts: 1 }, random, 0);
  let rows: ExchangeRow[] = [];
  let evicted: number[] = [];
  let sampledOut = 0;
  let number = 0;
  const flush = (): void => {
    number += 1;
    const drops = sampledOut > 0 ? { "sampled-out": sampledOut } : {};
    store.store({
      number,
      rows,
      records: rows.map(() => record),
      drops,
      evicted,
      gaps: [],
      windows: samples.takeCounts(),
    });
    rows = [];
    evicted = [];
    sampledOut = 0;
  };
  for (let id = 1; id <= CALLS; id += 1) {
    if (id % (CALLS / WINDOWS) === 0) samples.nextWindow(id);
    const name = `m${method(random)}`;
    const token = `cus_${String(customer(random)).padStart(16, "0")}`;
    truth.set(`${token} ${name}`, (truth.get(`${token} ${name}`) ?? 0) + 1);
    const decision = samples.offer({
      id,
      method: name,
      parameters: "[]",
      errorCode: null,
      customer: token,
    });
    evicted.push(...decision.evicted);
    if (decision.keep) rows.push(row(id, decision.method, token, decision));
    else sampledOut += 1;
    if (rows.length >= BATCH) flush();
  }
  flush();
  closeRecordingFile(database);
  const summary = summarise(file);
  rmSync(file);
  return tally(summary, truth);
}

function row(
  id: number,
  method: string,
  customer: string,
  { window, priority, forced }: { window: number; priority: number; forced: boolean },
): ExchangeRow {
  return {
    id,
    at: id,
    durationMs: null,
    protocol: "json-rpc",
    transport: "http",
    connection: null,
    method,
    customer,
    name: null,
    status: null,
    errorCode: null,
    requestBytes: 0,
    responseBytes: null,
    window,
    priority,
    forced,
    unreplayable: null,
    large: [],
  };
}

function tally(summary: RecordingSummary, truth: ReadonlyMap<string, number>): Tally {
  let intervals = 0;
  let covered = 0;
  let open = 0;
  let openCovered = 0;
  for (const { customer, methods } of summary.customers) {
    for (const { method, traffic } of methods) {
      const wanted = truth.get(`${customer} ${method}`) ?? 0;
      const holds = traffic.lower <= wanted + 1e-6 && wanted - 1e-6 <= traffic.upper;
      intervals += 1;
      if (holds) covered += 1;
      if (traffic.lower === traffic.upper) continue;
      open += 1;
      if (holds) openCovered += 1;
    }
  }
  return {
    stored: summary.facts.stored,
    methods: summary.methods.filter((each) => each.kept > 0).length,
    intervals,
    covered,
    open,
    openCovered,
  };
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`;
}

export const study = {
  name: "record-sampling",
  summary:
    "Zipf traffic sampled into small recordings: is every method there, do the intervals hold the truth",
  async run(args: string[]): Promise<void> {
    const runs = Number(args[0] ?? RUNS);
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-sampling-"));
    const tallies: Tally[] = [];
    for (let seed = 1; seed <= runs; seed += 1) {
      tallies.push(runOnce(seed, folder));
      if (seed % 20 === 0) console.error(`${seed} runs`);
    }
    rmSync(folder, { recursive: true, force: true });
    const sum = (pick: (each: Tally) => number): number =>
      tallies.reduce((total, each) => total + pick(each), 0);
    const worst = Math.min(...tallies.map((each) => each.openCovered / each.open));
    const stored = tallies.map((each) => each.stored);
    writeEvidence("record-sampling", [
      "# Sampling: rare methods are kept, and counts extrapolate",
      "",
      provenance("npm run study record-sampling"),
      "",
      `${runs} seeded runs. Each: ${CALLS.toLocaleString("en-US")} calls of ${METHODS} methods and ${CUSTOMERS} customers, both by Zipf's law, in ${WINDOWS} windows; a reservoir of`,
      `${PER_METHOD / WINDOWS} per method and window, first call of each kind always; written to a recording and read back as \`inspect\` does. An`,
      "interval is that of one customer's count of one method, of those with at least one call kept; a customer and method of",
      "which nothing was kept has no interval. Intervals that are a single number (everything was kept) are left out of the second row.",
      "",
      "| | |",
      "| --- | ---: |",
      `| exchanges kept, least to most | ${Math.min(...stored)} to ${Math.max(...stored)} |`,
      `| runs with all ${METHODS} methods in the recording | ${tallies.filter((each) => each.methods === METHODS).length} of ${runs} |`,
      `| 95 % intervals that hold the truth | ${share(
        sum((each) => each.covered),
        sum((each) => each.intervals),
      )} of ${sum((each) => each.intervals)} |`,
      `| of those that are no single number | ${share(
        sum((each) => each.openCovered),
        sum((each) => each.open),
      )} of ${sum((each) => each.open)} |`,
      `| the same, the worst run | ${(100 * worst).toFixed(2)} % |`,
      `| runs in which at least 92 % of them hold it | ${tallies.filter((each) => each.openCovered / each.open >= 0.92).length} of ${runs} |`,
    ]);
  },
};
