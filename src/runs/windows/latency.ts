/** Latencies of one method in one window: buckets as in the run's own table, twice as wide, and a bounded sample of pairs. */
export interface WindowLatency {
  old: Buckets;
  candidate: Buckets;
  /** The pairs of the lowest ranks. */
  pairs: Pair[];
}

type Buckets = Record<string, number>;
type Pair = readonly [rank: number, oldMs: number, candidateMs: number];

/** Of each window, whatever its length: 48 h of hours give a method thousands. */
const PAIRS = 120;

export function emptyLatency(): WindowLatency {
  return { old: {}, candidate: {}, pairs: [] };
}

/** Buckets of the run's own table, two made one: percentiles of a window are exact to about 2 %. */
export function wideBucket(bucket: number): number {
  return bucket + (bucket % 2);
}

export function addLatency(to: WindowLatency, from: WindowLatency): void {
  for (const side of ["old", "candidate"] as const) {
    for (const [bucket, calls] of Object.entries(from[side]))
      to[side][bucket] = (to[side][bucket] ?? 0) + calls;
  }
  addPairs(to, from.pairs);
}

export function addPairs(to: WindowLatency, pairs: readonly Pair[]): void {
  const last = to.pairs.length < PAIRS ? Infinity : (to.pairs.at(-1)?.[0] ?? Infinity);
  const wanted = pairs.filter(([rank]) => rank < last);
  if (wanted.length === 0) return;
  to.pairs = [...to.pairs, ...wanted].sort(([a], [b]) => a - b).slice(0, PAIRS);
}

export function latencyOf(text: string | undefined): WindowLatency {
  return text === undefined ? emptyLatency() : (JSON.parse(text) as WindowLatency);
}
