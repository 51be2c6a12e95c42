import { accessSync, constants } from "node:fs";
import path from "node:path";
import { usageError } from "../errors.ts";
import { examineBatch } from "../classify/whole-batch.ts";
import type { PairLine } from "../import/pairs/parse-line.ts";
import { newPairsReport, readPairs, type PairsReport } from "../import/pairs/read-pairs.ts";
import { isWrite } from "../judge/methods.ts";
import { routesOfPairs } from "../import/pairs/routes.ts";
import { setAside, type Comparison, type ExchangeResult } from "../model/comparison.ts";
import type { ChainName } from "../model/exchange.ts";
import type { Pair } from "../model/pair.ts";
import type { RunHeader } from "../model/run.ts";
import type { Route } from "../protocol/rest/routes.ts";
import { storeRun } from "./store-run.ts";
import type { Progress } from "../model/progress.ts";
import { openRunStore } from "../runs/store.ts";

export interface CompareOptions {
  readonly file: string;
  readonly out: string;
  readonly strict: boolean;
  /** REST routes by whose templates paths are named; where there are none, they are inferred from the file. */
  readonly routes: readonly Route[];
  /** Makes the pseudonym of a customer who is named in the file. */
  readonly token: (customer: string) => string;
  readonly examine: (pair: Pair) => Comparison;
  /** What web3_clientVersion said, where the caller knows; else it is taken from the pairs that hold it. */
  readonly oldVersion: string | null;
  readonly candidateVersion: string | null;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly onProgress?: (progress: Progress) => void;
}

export interface CompareResult {
  readonly report: PairsReport;
  /** Why the run is incomplete, or null. */
  readonly incomplete: string | null;
}

/** What the pairs themselves tell of the nodes. */
interface Seen {
  old: string | null;
  candidate: string | null;
  readonly chains: Set<ChainName>;
}

/** Judges responses that were collected elsewhere: a file of pairs becomes the same run as a replay's. */
export async function comparePairs(options: CompareOptions): Promise<CompareResult> {
  const { file, out, strict, token, signal, now, onProgress } = options;
  assertReadable(file);
  const report = newPairsReport();
  const seen: Seen = {
    old: options.oldVersion,
    candidate: options.candidateVersion,
    chains: new Set(),
  };
  const header = headerOf(file, now(), report, seen);
  const store = openRunStore(out, header);
  try {
    const routes = [...options.routes, ...(await routesOfPairs(file, options.routes))];
    const pairs = readPairs(file, report, { strict, token, routes });
    const incomplete = await storeRun(store, results(pairs, seen, options), {
      signal,
      now,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const sha256 = report.content.digest("hex");
    store.setHeader({
      ...headerOf(file, now(), report, seen),
      parts: [{ work: sha256, contents: [sha256], shards: [0], of: 1, plan: null }],
    });
    return { report, incomplete };
  } finally {
    store.close();
  }
}

async function* results(
  lines: AsyncIterable<PairLine>,
  seen: Seen,
  { examine, signal }: CompareOptions,
): AsyncGenerator<readonly ExchangeResult[]> {
  for await (const { pairs, batch } of lines) {
    if (signal.aborted) return;
    for (const pair of pairs) {
      seen.chains.add(pair.chain);
      if (pair.method !== "web3_clientVersion") continue;
      seen.old ??= versionIn(pair.old.body);
      seen.candidate ??= versionIn(pair.candidate.body);
    }
    const [first] = pairs;
    if (first === undefined) continue;
    const comparisons = pairs.map((pair) => withoutWrites(examine(pair)));
    const whole = batch === null ? null : examineBatch(batch.splits, () => batch.whole);
    yield [
      {
        key: first.id,
        comparisons: whole === null ? comparisons : [...comparisons, whole],
        sends: 0,
      },
    ];
  }
}

/**
 * A write is taken or refused by what the node has seen before (`already known`, a nonce), which pairs from elsewhere do not
 * say: such a change proves nothing. How a refusal is worded, and whether the method is there, can be compared.
 */
function withoutWrites(comparison: Comparison): Comparison {
  const { method, differences } = comparison;
  if (!isWrite(method) || !differences.some(({ kind }) => TAKEN_OR_REFUSED.has(kind)))
    return comparison;
  return setAside(comparison, "writes");
}

const TAKEN_OR_REFUSED: ReadonlySet<string> = new Set([
  "result-to-error",
  "error-to-result",
  "null-to-error",
  "result-to-null",
  "null-to-result",
  "value-changed",
]);

/** The node's own word for its version, where the pairs hold it. */
function versionIn(body: Buffer | null): string | null {
  return /"result"\s*:\s*"([^"\\]{1,200})"/.exec(body?.toString("utf8") ?? "")?.[1] ?? null;
}

/** Said before a run is made, so that a file that can't be read leaves no empty run behind. */
function assertReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw usageError(`Can't read ${file}: ${(cause as Error).message.split(",")[0]}.`, { cause });
  }
}

function headerOf(file: string, now: Date, { pairs, bad }: PairsReport, seen: Seen): RunHeader {
  return {
    id: `compare-${now.toISOString().replaceAll(/[:.]/g, "-")}`,
    createdAt: now.toISOString(),
    command: "compare",
    network: { chainId: "unknown", genesisHash: null },
    chains: [...seen.chains].sort(),
    recordings: [
      {
        name: path.basename(file),
        seen: pairs + bad,
        stored: pairs,
        dropped: bad === 0 ? {} : { "bad-line": bad },
        firstAt: null,
        lastAt: null,
      },
    ],
    old: [{ url: "captured", clientVersion: seen.old, capabilities: {} }],
    candidate: [{ url: "captured", clientVersion: seen.candidate, capabilities: {} }],
    configurationDifferences: [],
    options: {},
  };
}
