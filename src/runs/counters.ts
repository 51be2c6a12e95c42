import type Database from "better-sqlite3";
import type { Comparison } from "../model/comparison.ts";
import type { Place } from "../model/difference.ts";
import type { Side } from "../model/target.ts";
import { bucketOf } from "./latency.ts";
import { rankOf } from "./rank.ts";
import { SHAPES } from "./table-shapes.ts";
import { boundedTable, countingTable } from "./tables.ts";
import { weighed } from "./weighed.ts";

/** What every call adds to, whatever its state. */
export interface Counters {
  add(comparison: Comparison): void;
  /** A noisy place at which a difference stood however often it was asked for. */
  addFirm(place: Place): void;
  flush(): void;
}

export function counters(database: Database.Database): Counters {
  const methods = countingTable(database, SHAPES.methods);
  const notCompared = countingTable(database, SHAPES.notCompared);
  const customers = countingTable(database, SHAPES.customers);
  const customerMethods = countingTable(database, SHAPES.customerMethods);
  const buckets = countingTable(database, SHAPES.latencyBuckets);
  const latencies = new Map<string, Record<Side, number[]>>();
  const pairs = boundedTable(database, SHAPES.latencyPairs);
  const noise = countingTable(database, SHAPES.noise);
  const firm = countingTable(database, SHAPES.firm);
  const tables = [methods, notCompared, customers, customerMethods, buckets, pairs, noise, firm];
  return {
    add(comparison) {
      const { method, state, bytes, customer } = comparison;
      const compared = state === "same" || state === "different" ? 1 : 0;
      const { weight, square } = weighed(comparison.weight);
      methods.add(
        [method],
        [
          1,
          weight,
          square,
          compared,
          compared * weight,
          state === "same" ? 1 : 0,
          state === "different" ? 1 : 0,
          state === "uncomparable" ? 1 : 0,
          state === "skipped" ? 1 : 0,
          comparison.agreedOnError ? 1 : 0,
          bytes?.old ?? 0,
          bytes?.candidate ?? 0,
        ],
      );
      if (compared === 0)
        notCompared.add([state, comparison.reason ?? "unknown", method], [1, weight]);
      if (customer !== null) {
        customers.add([customer], [1, weight, square, compared], comparison.at);
        customerMethods.add([customer, method], [1]);
      }
      if (compared === 1 && comparison.latencyMs !== null) {
        const { old, candidate } = comparison.latencyMs;
        let own = latencies.get(method);
        if (own === undefined) latencies.set(method, (own = { old: [], candidate: [] }));
        countIn(own.old, bucketOf(old));
        countIn(own.candidate, bucketOf(candidate));
        pairs.add(method, rankOf(comparison.pairId), [comparison.pairId], [old, candidate]);
      }
      addNoise(comparison, (keys, sums) => noise.add(keys, sums));
    },
    addFirm: ({ method, path, kind }) => firm.add([method, path, kind], [1]),
    flush() {
      for (const [method, sides] of latencies)
        for (const side of SIDES)
          for (const [bucket, calls] of sides[side].entries())
            if (calls > 0) buckets.add([method, side, bucket], [calls]);
      latencies.clear();
      for (const table of tables) table.flush();
    },
  };
}

const SIDES = ["old", "candidate"] as const;

/** A few hundred buckets at most: an hour is the 994th. */
function countIn(buckets: number[], bucket: number): void {
  while (buckets.length <= bucket) buckets.push(0);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}

/** The paired table of McNemar's test, each pattern and kind at most once a call. */
function addNoise(comparison: Comparison, add: (keys: string[], sums: number[]) => void): void {
  const { method, differences, excused, unrepeated } = comparison;
  if (differences.length === 0 && unrepeated.length === 0 && excused.length === 0) return;
  const seen = new Set<string>();
  const once = (pattern: string, kind: string, sums: number[]): void => {
    const id = `${kind} ${pattern}`;
    if (seen.has(id)) return;
    seen.add(id);
    add([method, pattern, kind], sums);
  };
  for (const { pattern, kind } of excused) once(pattern, kind, [0, 0, 1]);
  for (const { pattern, kind } of differences) once(pattern, kind, [1, 0, 0]);
  for (const { pattern, kind } of unrepeated) once(pattern, kind, [0, 1, 0]);
}
