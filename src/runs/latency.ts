import type { Percentiles } from "../model/run.ts";

/** Each bucket is 2 % wider than the one before: percentiles are exact to about 1 %, and histograms of shards add up. */
const GROWTH = Math.log(1.02);
/** The first bucket: less than this is not measured over a socket. */
const SMALLEST_MS = 0.01;

export function bucketOf(ms: number): number {
  return Math.max(0, Math.ceil(Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / GROWTH));
}

/** Upper bound of a bucket in ms. */
export function bucketMs(bucket: number): number {
  return SMALLEST_MS * Math.exp(bucket * GROWTH);
}

/** Percentiles of [bucket, calls] rows in rising order of bucket. */
export function percentiles(
  rows: readonly (readonly [bucket: number, calls: number])[],
): Percentiles {
  const total = rows.reduce((sum, [, calls]) => sum + calls, 0);
  const at = (share: number): number => {
    let seen = 0;
    for (const [bucket, calls] of rows) {
      seen += calls;
      if (seen >= share * total) return Number(bucketMs(bucket).toPrecision(3));
    }
    return 0;
  };
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}
