import { scaleLinear, scaleLog } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";
import type { LatencyFacts, Percentiles } from "../../model/run.ts";

/** A chart's geometry, in the units of its view box, and the numbers behind it. */
export interface LatencyChart {
  readonly width: number;
  readonly height: number;
  readonly oldPath: string;
  readonly candidatePath: string;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly shares: readonly { readonly y: number; readonly label: string }[];
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly oldP95: number;
  readonly candidateP95: number;
  readonly rows: readonly {
    readonly name: string;
    readonly old: number;
    readonly candidate: number;
    readonly change: number | null;
  }[];
}

const SIZE = { width: 420, height: 170 };
const MARGIN = { left: 44, right: 12, top: 10, bottom: 26 };
const PERCENTILES = ["p50", "p90", "p95", "p99"] as const;

type Bucket = readonly [upperMs: number, calls: number];

/**
 * Share of calls answered within a time, old and candidate, on a logarithmic time axis: two curves that lie on each other are the
 * same speed, a curve to the right is slower. Null where nothing was measured.
 */
export function latencyChart(latency: LatencyFacts | null): LatencyChart | null {
  if (latency === null) return null;
  const buckets = [...latency.histogram.old, ...latency.histogram.candidate].filter(
    ([, calls]) => calls > 0,
  );
  if (buckets.length === 0) return null;
  const times = buckets.map(([upper]) => Math.max(upper, 0.01));
  const low = Math.min(...times) / 2;
  const high = Math.max(...times, low * 4);
  const x = scaleLog()
    .domain([low, high])
    .range([MARGIN.left, SIZE.width - MARGIN.right])
    .clamp(true);
  const y = scaleLinear()
    .domain([0, 1])
    .range([SIZE.height - MARGIN.bottom, MARGIN.top]);
  const path = (side: readonly Bucket[]): string =>
    line<readonly [number, number]>()
      .x(([time]) => round(x(time)))
      .y(([, share]) => round(y(share)))
      .curve(curveStepAfter)(cumulative(side, low)) ?? "";
  return {
    ...SIZE,
    left: MARGIN.left,
    right: SIZE.width - MARGIN.right,
    bottom: SIZE.height - MARGIN.bottom,
    oldPath: path(latency.histogram.old),
    candidatePath: path(latency.histogram.candidate),
    ticks: timeTicks(low, high).map((time) => ({ x: round(x(time)), label: msText(time) })),
    shares: [0, 0.5, 0.95].map((share) => ({ y: round(y(share)), label: `${share * 100} %` })),
    oldP95: round(x(Math.max(latency.old.p95, low))),
    candidateP95: round(x(Math.max(latency.candidate.p95, low))),
    rows: PERCENTILES.map((name) => ({
      name,
      old: latency.old[name],
      candidate: latency.candidate[name],
      change: change(latency.old, latency.candidate, name),
    })),
  };
}

/** Relative change of a percentile, 0.1 for a candidate that is 10 % slower. */
export function change(
  old: Percentiles,
  candidate: Percentiles,
  name: keyof Percentiles,
): number | null {
  return old[name] > 0 ? candidate[name] / old[name] - 1 : null;
}

function cumulative(buckets: readonly Bucket[], low: number): [number, number][] {
  const total = buckets.reduce((sum, [, calls]) => sum + calls, 0);
  let seen = 0;
  const points: [number, number][] = [[low, 0]];
  for (const [upper, calls] of buckets) {
    seen += calls;
    points.push([Math.max(upper, low), total === 0 ? 0 : seen / total]);
  }
  return points;
}

/** Powers of ten, with 2 and 5 between them where there are few. */
function timeTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 2.5 ? [1] : decades > 1.3 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1)
    for (const step of steps) {
      const time = step * 10 ** power;
      if (time >= low && time <= high) ticks.push(time);
    }
  return ticks;
}

/** A time for people: `0.4 ms`, `12 ms`, `3.1 s`. */
export function msText(ms: number): string {
  if (ms >= 1_000) return `${Number((ms / 1_000).toPrecision(2))} s`;
  return `${Number(ms.toPrecision(ms < 100 ? 2 : 3))} ms`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
