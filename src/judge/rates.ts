import type { Signature, Weighted } from "../model/run.ts";
import { wilson, type Interval } from "./statistics/proportion.ts";

/** A share of calls, weighted by the inverse of their sampling probabilities. */
export interface WeightedRate extends Interval {
  /** As counted, unweighted. */
  readonly hits: number;
  readonly calls: number;
  /** Equally weighted calls that would tell as much. */
  readonly effective: number;
  readonly weighted: boolean;
}

/** Compared calls: their number, and the weights of the traffic that they stand for. */
export interface Base extends Weighted {
  readonly compared: number;
  readonly comparedWeight: number;
}

/**
 * The weighted share of compared calls that the given signatures are, with Wilson's bounds at the effective sample size.
 * That size is Kish's (ΣW)² / ΣW², or the one that the linearised variance of the estimate gives where that is lower:
 * Kish's alone is too hopeful when the hits sit in the calls with the largest weights.
 */
export function weightedRate(hits: readonly Weighted[], base: Base): WeightedRate {
  const calls = sum(hits, (row) => row.calls);
  const weight = sum(hits, (row) => row.weight);
  const squares = sum(hits, (row) => row.weightSquares);
  const total = base.comparedWeight;
  // Squared weights are known for all calls; the compared ones have their part of it.
  const totalSquares = base.weightSquares * (base.calls === 0 ? 0 : base.compared / base.calls);
  const estimate = Math.min(1, weight / total);
  const kish = (total * total) / totalSquares;
  const variance =
    (squares * (1 - estimate) ** 2 + Math.max(0, totalSquares - squares) * estimate ** 2) /
    (total * total);
  const spread = estimate * (1 - estimate);
  const effective = Math.min(base.compared, kish, spread > 0 ? spread / variance : kish);
  const weighted = Math.abs(total - base.compared) > 1e-9 * base.compared;
  const interval = wilson(estimate * effective, effective);
  return { ...interval, rate: estimate, hits: calls, calls: base.compared, effective, weighted };
}

/** Adds up methods (or shards) to one base. */
export function baseOf(rows: readonly Base[]): Base {
  return {
    calls: sum(rows, (row) => row.calls),
    weight: sum(rows, (row) => row.weight),
    weightSquares: sum(rows, (row) => row.weightSquares),
    compared: sum(rows, (row) => row.compared),
    comparedWeight: sum(rows, (row) => row.comparedWeight),
  };
}

/** Signatures that hold at least one of the fingerprints: their calls are counted once, however many findings they have. */
export function signaturesWith(
  signatures: readonly Signature[],
  fingerprints: ReadonlySet<string>,
): Signature[] {
  return signatures.filter((signature) =>
    signature.fingerprints.some((one) => fingerprints.has(one)),
  );
}

export function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  let total = 0;
  for (const row of rows) total += of(row);
  return total;
}
