import * as jsondiffpatch from "jsondiffpatch";
import { examine } from "../src/classify/examine.ts";
import { diff } from "../src/diff/diff.ts";
import type { JsonValue } from "../src/model/json.ts";
import type { Pair } from "../src/model/pair.ts";
import { ownLabelledPairs } from "../studies/support/labelled-pairs.ts";
import { pairOf } from "../studies/support/pairs.ts";

/** The bodies alone: what any comparison has to decode and parse. */
function parseBoth({ old, candidate }: Pair): readonly [JsonValue, JsonValue] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is a JSON value
  return [JSON.parse(String(old.body)), JSON.parse(String(candidate.body))] as [
    JsonValue,
    JsonValue,
  ];
}

const jsonDiff = jsondiffpatch.create({
  objectHash: (item: object) => {
    const fields = item as Record<string, unknown>;
    return String(
      fields["hash"] ?? fields["logIndex"] ?? fields["transactionHash"] ?? fields["index"],
    );
  },
});

interface Corpus {
  readonly name: string;
  readonly pairs: readonly Pair[];
}

function corpora(): readonly Corpus[] {
  // Large blocks, receipts, logs and traces: what a replay spends its time on.
  const large = ownLabelledPairs()
    .map(({ pair }) => pair)
    .filter(({ old }) => (old.body?.length ?? 0) > 4_000);
  const spaced = large.map(({ old, method }) => {
    const text = String(old.body);
    const value: unknown = JSON.parse(text);
    return pairOf(text, JSON.stringify(reversedKeys(value)), method);
  });
  const same = large.map(({ old, method }) =>
    pairOf(String(old.body), `${String(old.body)}\n`, method),
  );
  return [
    { name: "equal bytes", pairs: same },
    { name: "equal after parsing (other key order)", pairs: spaced },
    { name: "different", pairs: large },
  ];
}

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversedKeys(item)]),
  );
}

/** Passes until everything is compiled as a long run has it, and enough of them to find quiet moments. */
const TURNS = 1_500;

/** Best time per pass of each work, in ms, taken by turns: other work on the machine only ever adds. */
function bestMs(works: readonly (() => unknown)[]): number[] {
  const best = works.map(() => Infinity);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [index, work] of works.entries())
      best[index] = Math.min(best[index] ?? Infinity, timeMs(work));
  }
  return best;
}

function forEach<Item>(items: readonly Item[], work: (item: Item) => unknown): () => void {
  return () => {
    for (const item of items) work(item);
  };
}

export const bench = {
  name: "diff",
  summary:
    "examine() on real responses against decoding and parsing the same bytes, and against jsondiffpatch",
  run(): Promise<void> {
    for (const { name, pairs } of corpora()) {
      const bytes = pairs.reduce(
        (sum, pair) => sum + (pair.old.body?.length ?? 0) + (pair.candidate.body?.length ?? 0),
        0,
      );
      const parsed = pairs.map(parseBoth);
      const [parse = 0, compare = 0, rival = 0, alone = 0, rivalAlone = 0] = bestMs([
        forEach(pairs, parseBoth),
        forEach(pairs, (pair) => examine(pair)),
        forEach(pairs, (pair) => jsonDiff.diff(...parseBoth(pair))),
        forEach(parsed, ([old, candidate]) => diff(old, candidate)),
        forEach(parsed, ([old, candidate]) => jsonDiff.diff(old, candidate)),
      ]);
      out(`${name}: ${pairs.length} pairs, ${(bytes / 1e6).toFixed(1)} MB`);
      out(
        `  decode and parse ${parse.toFixed(2)} ms; examine ${compare.toFixed(2)} ms; jsondiffpatch ${rival.toFixed(2)} ms`,
      );
      out(
        `  comparing alone, values already parsed: ${alone.toFixed(2)} ms, jsondiffpatch ${rivalAlone.toFixed(2)} ms, ${(rivalAlone / alone).toFixed(1)} times as fast`,
      );
      out(
        `  throughput against parsing ${(parse / compare).toFixed(2)}; against jsondiffpatch ${(rival / compare).toFixed(2)}`,
      );
    }
    worstCase();
    return Promise.resolve();
  },
};

/** One difference in 100 MB against 100 MB. */
function worstCase(): void {
  const logs = Array.from({ length: 210_000 }, (_, index) => ({
    address: `0x${index.toString(16).padStart(40, "0")}`,
    blockHash: `0x${"ab".repeat(32)}`,
    data: `0x${index.toString(16).padStart(128, "0")}`,
    logIndex: `0x${index.toString(16)}`,
    removed: false,
    topics: [`0x${"cd".repeat(32)}`],
  }));
  const old = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, result: logs }));
  const middle = logs[105_000];
  if (middle) middle.data = "0x00";
  const candidate = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, result: logs }));
  logs.length = 0;
  const template = pairOf("null", "null", "eth_getLogs");
  const pair: Pair = {
    ...template,
    old: { ...template.old, body: old },
    candidate: { ...template.candidate, body: candidate },
  };
  const parse = timeMs(() => parseBoth(pair));
  const before = process.memoryUsage().rss;
  let found = 0;
  const compare = timeMs(() => (found = examine(pair).differences.length));
  const grown = Math.max(0, process.memoryUsage().rss - before);
  const size = old.length + candidate.length;
  out(
    `${(old.length / 1e6).toFixed(0)} MB against ${(candidate.length / 1e6).toFixed(0)} MB, ${found} difference`,
  );
  out(
    `  ${(compare / parse).toFixed(2)} times the parse; resident memory grew by ${(grown / size).toFixed(2)} times the two bodies`,
  );
}

function out(text: string): void {
  process.stdout.write(`${text}\n`);
}

function timeMs(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
