import type { Signature, Weighted } from "../model/run.ts";
import { wilson, type Interval } from "../statistics/proportion.ts";

/** A share of calls, weighted by the inverse of their sampling probabilities. */
export interface WeightedRate extends Interval {
  /** As counted, unweighted. */
  readonly hits: number;
  readonly calls: number;
  /** Equally weighted calls that would tell as much. */
  readonly effective: number;
  readonly weighted: boolean;
}

/** Compared calls: their number, and the sums of their weights and of the weights' squares. */
export interface Base {
  readonly compared: number;
  readonly weight: number;
  readonly weightSquares: number;
}

/** A method or a customer: all its calls, and how many of them were compared. */
export interface BaseRow extends Weighted {
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
  const { weight: total, weightSquares: totalSquares } = base;
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

/** The compared calls of some methods, or of a customer. */
export function baseOf(rows: readonly BaseRow[]): Base {
  return {
    compared: sum(rows, (row) => row.compared),
    weight: sum(rows, (row) => row.comparedWeight),
    // Squares are known for all calls of a row; the compared ones, sampled alike, have their part of them.
    weightSquares: sum(rows, (row) =>
      row.calls === 0 ? 0 : (row.weightSquares * row.compared) / row.calls,
    ),
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
