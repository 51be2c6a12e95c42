import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { seededRandom } from "../../test/record/support/cases.ts";

/** A request and the answer that a real node gave to it. */
export interface MixedCall {
  readonly body: string;
  readonly answer: string;
}

/** Calls to choose from, and the order in which they are sent. */
export interface Mix {
  readonly calls: readonly MixedCall[];
  readonly order: readonly number[];
}

const SOURCES = [
  "recordings/geth-1.16.7-to-1.17.0.pairs.jsonl",
  "test/fixtures/own-answers/anvil-1.6.0-rc1-to-1.7.1.pairs.jsonl",
];
const BATCH_SIZES = [5, 10, 20, 20, 50, 100];
const BATCH_SHARE = 0.02;
const LARGE_SHARE = 0.001;
const LARGE_BYTES = [1_200_000, 2_500_000];
const ORDER_LENGTH = 10_000;

interface StoredPair {
  readonly request: string;
  readonly oldText?: string;
}

/** Real calls of Geth and anvil; some together in batches; real logs repeated until an answer is large. */
export function realMix(): Mix {
  const random = seededRandom(20261125);
  const below = (limit: number): number => Math.floor(random() * limit);
  const root = path.resolve(import.meta.dirname, "../..");
  const singles = SOURCES.flatMap((file) => pairsIn(path.join(root, file)));
  const batches = BATCH_SIZES.map((size) => batchOf(size, () => singles[below(singles.length)]));
  const large = LARGE_BYTES.map((bytes) => largeOf(bytes, singles));
  const calls = [...singles, ...batches, ...large];
  const order = Array.from({ length: ORDER_LENGTH }, () => {
    const drawn = random();
    if (drawn < LARGE_SHARE) return singles.length + batches.length + below(large.length);
    if (drawn < LARGE_SHARE + BATCH_SHARE) return singles.length + below(batches.length);
    return below(singles.length);
  });
  return { calls, order };
}

/** Files and a `server` block for nginx: a POST with `X-Case: N` is answered with the N-th answer. */
export function answeringFiles(mix: Mix, folder: string): (port: number) => string {
  // A worker of nginx may be another user than this one.
  chmodSync(folder, 0o755);
  for (const [index, { answer }] of mix.calls.entries())
    writeFileSync(path.join(folder, `${index}.json`), answer);
  return (port) => `map $http_x_case $answer { default /0.json; "~^(?<n>[0-9]+)$" /$n.json; }
    open_file_cache max=1000; client_max_body_size 0; sendfile on; tcp_nopush on;
    server { listen 127.0.0.1:${port}; root ${folder}; types { application/json json; }
      error_page 405 =200 $answer; location = / { return 405; } }`;
}

function pairsIn(file: string): MixedCall[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line): StoredPair => JSON.parse(line))
    .flatMap(({ request, oldText }) =>
      oldText !== undefined && isPlain(request, oldText)
        ? [{ body: request, answer: oldText }]
        : [],
    );
}

/** One call with an id, answered with that id. */
function isPlain(request: string, answer: string): boolean {
  try {
    const asked: { id?: unknown } = JSON.parse(request);
    const answered: { id?: unknown } = JSON.parse(answer);
    return typeof asked.id === "number" && asked.id === answered.id;
  } catch {
    return false;
  }
}

function batchOf(size: number, pick: () => MixedCall | undefined): MixedCall {
  const members = Array.from({ length: size }, pick).filter((each) => each !== undefined);
  return {
    body: inOneList(members.map(({ body }) => body)),
    answer: inOneList(members.map(({ answer }) => answer)),
  };
}

/** Each with its place as its id. */
function inOneList(texts: readonly string[]): string {
  return `[${texts.map((text, id) => JSON.stringify({ ...JSON.parse(text), id })).join(",")}]`;
}

function largeOf(bytes: number, singles: readonly MixedCall[]): MixedCall {
  const logs = singles
    .filter(({ body }) => body.includes('"eth_getLogs"'))
    .toSorted((a, b) => b.answer.length - a.answer.length)[0];
  if (logs === undefined) throw new Error("no answer of eth_getLogs among the real ones");
  const { result, ...rest }: { result: unknown[] } = JSON.parse(logs.answer);
  const times = Math.ceil(bytes / JSON.stringify(result).length);
  const many = Array.from({ length: times }, () => result).flat();
  return { body: logs.body, answer: JSON.stringify({ ...rest, result: many }) };
}
