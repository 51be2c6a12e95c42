import { examine } from "./classify/examine.ts";
import { readPairs, type PairsReport } from "./import/read-pairs.ts";
import type { ExchangeResult } from "./model/difference.ts";
import type { Pair } from "./model/pair.ts";
import type { RunHeader } from "./model/run.ts";
import { storeRun, type Progress } from "./pipeline.ts";
import { openRunStore } from "./runs/store.ts";

export interface CompareOptions {
  readonly file: string;
  readonly out: string;
  readonly strict: boolean;
  readonly oldVersion: string | null;
  readonly candidateVersion: string | null;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly onProgress?: (progress: Progress) => void;
}

export interface CompareResult {
  readonly report: PairsReport;
  readonly incomplete: string | null;
}

/** Judges responses that were collected elsewhere: a file of pairs becomes the same run as a replay's. */
export async function comparePairs(options: CompareOptions): Promise<CompareResult> {
  const { file, out, signal, now } = options;
  const report: PairsReport = { lines: 0, pairs: 0, problems: [], bad: 0 };
  const versions = { old: options.oldVersion, candidate: options.candidateVersion };
  const header = (): RunHeader => headerOf(options, report, versions);
  const pairs = readPairs(file, report, options.strict);
  // The first pair is read before the run is made: a file that can't be read leaves no empty run behind.
  const first = await pairs.next();
  const store = openRunStore(out, header());
  try {
    const incomplete = await storeRun(store, results(first, pairs, versions, signal), {
      signal,
      now,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    store.setHeader(header());
    store.finish(incomplete, now());
    return { report, incomplete };
  } finally {
    store.close();
  }
}

async function* results(
  first: IteratorResult<Pair>,
  rest: AsyncIterable<Pair>,
  versions: { old: string | null; candidate: string | null },
  signal: AbortSignal,
): AsyncGenerator<ExchangeResult> {
  if (first.done === true) return;
  yield resultOf(first.value, versions);
  for await (const pair of rest) {
    if (signal.aborted) return;
    yield resultOf(pair, versions);
  }
}

function resultOf(
  pair: Pair,
  versions: { old: string | null; candidate: string | null },
): ExchangeResult {
  if (pair.method === "web3_clientVersion") {
    versions.old ??= versionIn(pair.old.body);
    versions.candidate ??= versionIn(pair.candidate.body);
  }
  return { key: pair.id, comparisons: [examine(pair)], sends: 0 };
}

/** The node's own word for its version, where the pairs hold it. */
function versionIn(body: Buffer | null): string | null {
  return /"result"\s*:\s*"([^"\\]{1,200})"/.exec(body?.toString("utf8") ?? "")?.[1] ?? null;
}

function headerOf(
  { file, now }: CompareOptions,
  report: PairsReport,
  versions: { old: string | null; candidate: string | null },
): RunHeader {
  return {
    id: `compare-${now().toISOString().replaceAll(/[:.]/g, "-")}`,
    createdAt: now().toISOString(),
    command: "compare",
    network: { chainId: "unknown", genesisHash: null },
    recordings: [
      {
        name: file.split("/").at(-1) ?? file,
        seen: report.pairs + report.bad,
        stored: report.pairs,
        dropped: report.bad === 0 ? {} : { "bad-line": report.bad },
        firstAt: null,
        lastAt: null,
      },
    ],
    old: [{ url: "captured", clientVersion: versions.old, capabilities: {} }],
    candidate: [{ url: "captured", clientVersion: versions.candidate, capabilities: {} }],
    configurationDifferences: [],
    options: {},
  };
}
