import type { LatencyFacts, MethodFacts, Percentiles } from "../../model/run.ts";
import { addWeighted, mergeBy } from "./rows.ts";

/** Methods of all runs, joined by name. */
export function mergeMethods(methods: readonly MethodFacts[]): MethodFacts[] {
  return mergeBy(methods, ({ method }) => [method], addMethods);
}

function addMethods(a: MethodFacts, b: MethodFacts): MethodFacts {
  return {
    method: a.method,
    ...addWeighted(a, b),
    compared: a.compared + b.compared,
    comparedWeight: a.comparedWeight + b.comparedWeight,
    same: a.same + b.same,
    different: a.different + b.different,
    uncomparable: a.uncomparable + b.uncomparable,
    skipped: a.skipped + b.skipped,
    agreedOnError: a.agreedOnError + b.agreedOnError,
    latency: addLatency(a.latency, b.latency),
    bytes: { old: a.bytes.old + b.bytes.old, candidate: a.bytes.candidate + b.bytes.candidate },
  };
}

type Histogram = LatencyFacts["histogram"]["old"];

function addLatency(a: LatencyFacts | null, b: LatencyFacts | null): LatencyFacts | null {
  if (a === null || b === null) return a ?? b;
  const old = addHistograms(a.histogram.old, b.histogram.old);
  const candidate = addHistograms(a.histogram.candidate, b.histogram.candidate);
  return {
    old: percentilesOf(old),
    candidate: percentilesOf(candidate),
    pairs: samplePairs(a, b),
    histogram: { old, candidate },
  };
}

function addHistograms(a: Histogram, b: Histogram): Histogram {
  return mergeBy(
    [...a, ...b],
    ([bound]) => [String(bound)],
    ([bound, one], [, two]) => [bound, one + two] as const,
  ).sort(([one], [two]) => one - two);
}

/** Upper bounds of the buckets: as exact as the buckets are narrow. */
function percentilesOf(histogram: Histogram): Percentiles {
  const total = histogram.reduce((sum, [, calls]) => sum + calls, 0);
  const at = (share: number): number => {
    let seen = 0;
    for (const [bound, calls] of histogram) {
      seen += calls;
      if (seen >= share * total) return bound;
    }
    return 0;
  };
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** Each run keeps a bounded sample in random order: the same share of each run's calls is a fair sample of the whole. */
function samplePairs(a: LatencyFacts, b: LatencyFacts): LatencyFacts["pairs"] {
  const share = Math.min(shareOf(a), shareOf(b));
  return [a, b].flatMap((run) => run.pairs.slice(0, Math.round(share * callsOf(run))));
}

function shareOf(latency: LatencyFacts): number {
  return latency.pairs.length / Math.max(1, callsOf(latency));
}

function callsOf(latency: LatencyFacts): number {
  return latency.histogram.old.reduce((sum, [, calls]) => sum + calls, 0);
}
