import path from "node:path";
import type { Comparison } from "../../src/model/comparison.ts";
import type { Difference } from "../../src/model/difference.ts";
import type { Kind } from "../../src/model/kinds.ts";
import type { Outcome } from "../../src/model/pair.ts";
import { openRunStore } from "../../src/runs/store.ts";
import { buildFacts } from "../../test/support/facts.ts";
import { comparisonOf, pairOf } from "../../test/support/comparison.ts";

const CUSTOMERS = 500;
const METHODS = 60;
/** Differences that one pair shows, each at its own path: a finding each. */
const TOGETHER = 4;
const KINDS: readonly Kind[] = [
  "value-changed",
  "field-removed",
  "error-message-changed",
  "encoding-changed",
  "field-added",
];
/** Items that fill a body up to its size; the same in all, as blocks and traces repeat themselves too. */
const ITEMS = Array.from({ length: 6_000 }, (_, index) =>
  JSON.stringify({
    index,
    hash: `0x${hex(index, 64)}`,
    gas: "0x5208",
    input: `0x${hex(index * 7, 40)}`,
  }),
);

export interface LargeRun {
  readonly folder: string;
  readonly calls: number;
  readonly pairs: number;
  readonly bodyBytes: number;
}

/**
 * Stores a run of `calls` calls with `findings` findings of 500 customers through the store that replay uses. The first
 * findings affect up to all customers, the last one or two. Bodies are spread evenly over the magnitudes from 1 KB to 1 MB.
 */
export function storeLargeRun(parent: string, calls: number, findings: number): LargeRun {
  const folder = path.join(parent, `findings-${findings}`);
  const store = openRunStore(folder, buildFacts([]).header);
  let pairs = 0;
  let bodyBytes = 0;
  let call = 0;
  const add = (comparison: Comparison): void => {
    store.add({ key: `0:${call}`, sends: 3, comparisons: [comparison] });
    call += 1;
  };
  for (let first = 0; first < findings; first += TOGETHER) {
    const affected = Math.max(1, Math.round(CUSTOMERS / (1 + first / 4)));
    for (let customer = 0; customer < affected; customer += 1) {
      const comparison = different(call, first, (customer * 7 + first) % CUSTOMERS, sizeOf(pairs));
      bodyBytes += 2 * sizeOf(pairs);
      pairs += 1;
      add(comparison);
    }
  }
  for (let rest = calls - call; rest > 0; rest -= 1) add(unchanged(call));
  store.finish(null, new Date());
  store.close();
  return { folder, calls: call, pairs, bodyBytes };
}

/** 1 KB to 1 MB, every magnitude as often. */
function sizeOf(pair: number): number {
  return Math.round(1_000 * 1_000 ** ((pair * 0.618033988749895) % 1));
}

function unchanged(call: number): Comparison {
  return comparisonOf({
    pairId: `0:${call}:0`,
    method: methodOf(call % METHODS),
    customer: customerOf(call % CUSTOMERS),
    state: "same",
    differences: [],
    pair: null,
    latencyMs: { old: 2 + (call % 97) / 10, candidate: 2 + (call % 101) / 10 },
  });
}

function different(call: number, first: number, customer: number, bytes: number): Comparison {
  const pairId = `0:${call}:0`;
  const method = methodOf((first / TOGETHER) % METHODS);
  const differences = Array.from({ length: TOGETHER }, (_, index): Difference => {
    const kind = KINDS[(first + index) % KINDS.length] ?? "value-changed";
    const pattern = `/result/field${first + index}`;
    return {
      kind,
      path: pattern,
      pattern,
      old: kind === "field-added" ? undefined : `0x${hex(call, 12)}`,
      candidate: kind === "field-removed" ? undefined : `0x${hex(call + 1, 12)}`,
    };
  });
  const body = (side: "old" | "candidate"): Outcome => ({
    kind: "reply",
    status: 200,
    headers: {},
    body: Buffer.from(bodyText(differences, side, bytes)),
    ms: 3,
    target: 0,
  });
  const request = Buffer.from(
    `{"jsonrpc":"2.0","id":${call},"method":"${method}","params":["0x${hex(call, 40)}","latest"]}`,
  );
  const pair = pairOf({
    id: pairId,
    method,
    customer: customerOf(customer),
    request,
    old: body("old"),
    candidate: body("candidate"),
  });
  return comparisonOf({
    pairId,
    method,
    customer: customerOf(customer),
    at: Date.UTC(2026, 10, 20) + call,
    differences,
    pair,
  });
}

/** Two of the fields before a long list and two after it, so that the changes are far apart. */
function bodyText(
  differences: readonly Difference[],
  side: "old" | "candidate",
  bytes: number,
): string {
  const fields = differences.flatMap((difference) =>
    difference[side] === undefined
      ? []
      : [`"${difference.pattern.slice(8)}":${JSON.stringify(difference[side])}`],
  );
  const items: string[] = [];
  for (let length = 0, index = 0; length < bytes - 300; index += 1) {
    const item = ITEMS[index % ITEMS.length] ?? "";
    items.push(item);
    length += item.length + 1;
  }
  const half = Math.floor(fields.length / 2);
  const middle = [
    ...fields.slice(0, half),
    `"number":"0x10","list":[${items.join(",")}]`,
    ...fields.slice(half),
  ];
  return `{"jsonrpc":"2.0","id":1,"result":{${middle.join(",")},"last":"0x1"}}`;
}

function methodOf(index: number): string {
  return `${["eth", "debug", "trace"][index % 3]}_method${index}`;
}

function customerOf(index: number): string {
  return `cus_${hex(index, 16)}`;
}

function hex(value: number, digits: number): string {
  return ((value + 1) * 2_654_435_761)
    .toString(16)
    .padStart(digits, "0123456789abcdef")
    .slice(-digits);
}
