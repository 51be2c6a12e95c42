import type Database from "better-sqlite3";
import type { Comparison } from "../model/comparison.ts";
import { bucketOf } from "./latency.ts";
import { rankOf } from "./rank.ts";
import { boundedTable, countingTable } from "./tables.ts";

/** Paired latencies kept per method: enough for a rank test, small enough to carry. */
const LATENCY_PAIRS = 1_000;

const WEIGHTED = ["calls", "weight", "weight_squares"] as const;

/** What every call adds to, whatever its state. */
export interface Counters {
  add(comparison: Comparison): void;
  flush(): void;
}

export function counters(database: Database.Database): Counters {
  const methods = countingTable(database, {
    name: "methods",
    keys: ["method"],
    sums: [
      ...WEIGHTED,
      "compared",
      "compared_weight",
      "same",
      "different",
      "uncomparable",
      "skipped",
      "agreed_on_error",
      "bytes_old",
      "bytes_candidate",
    ],
  });
  const notCompared = countingTable(database, {
    name: "not_compared",
    keys: ["state", "reason", "method"],
    sums: ["calls", "weight"],
  });
  const customers = countingTable(database, {
    name: "customers",
    keys: ["customer"],
    sums: [...WEIGHTED, "compared"],
    latest: "last_seen",
  });
  const customerMethods = countingTable(database, {
    name: "customer_methods",
    keys: ["customer", "method"],
    sums: ["calls"],
  });
  const buckets = countingTable(database, {
    name: "latency_buckets",
    keys: ["method", "side", "bucket"],
    sums: ["calls"],
  });
  const pairs = boundedTable(
    database,
    {
      name: "latency_pairs",
      keys: ["method", "rank", "pair_id"],
      sums: ["old_ms", "candidate_ms"],
    },
    LATENCY_PAIRS,
  );
  const noise = countingTable(database, {
    name: "noise",
    keys: ["method", "path", "kind"],
    sums: ["candidate_only", "control_only", "both"],
  });
  return {
    add(comparison) {
      const { method, weight, state, bytes, customer } = comparison;
      const compared = state === "same" || state === "different" ? 1 : 0;
      const square = weight * weight;
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
        buckets.add([method, "old", bucketOf(old)], [1]);
        buckets.add([method, "candidate", bucketOf(candidate)], [1]);
        pairs.add(method, rankOf(comparison.pairId), [comparison.pairId], [old, candidate]);
      }
      addNoise(comparison, (keys, sums) => noise.add(keys, sums));
    },
    flush() {
      for (const table of [methods, notCompared, customers, customerMethods, buckets, pairs, noise])
        table.flush();
    },
  };
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
