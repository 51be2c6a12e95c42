import type { Pair, SkippedReason, UncomparableReason } from "./pair.ts";
import type { JsonValue } from "./json.ts";

export type Severity = "breaking" | "risky" | "info" | "noise";
export const SEVERITIES: readonly Severity[] = ["breaking", "risky", "info", "noise"];

/** Kinds of difference, never renamed. Severities are defaults; the rule files in classify/rules/ hold the rest. */
export const KINDS = {
  breaking: [
    "chain-split",
    "method-removed",
    "result-to-error",
    "null-to-error",
    "result-to-null",
    "error-code-changed",
    "error-data-lost",
    "limit-changed",
    "batch-order-changed",
    "http-status-changed",
    "content-type-changed",
    "malformed-response",
    "envelope-changed",
    "no-answer",
    "field-removed",
    "field-renamed",
    "type-changed",
    "encoding-changed",
    "value-changed",
    "value-to-null",
    "array-items-missing",
    "event-missing",
  ],
  risky: [
    "error-to-result",
    "error-message-changed",
    "error-data-changed",
    "null-vs-absent",
    "empty-vs-null",
    "array-order-changed",
    "array-items-added",
    "letter-case-changed",
    "header-changed",
    "enum-value-added",
    "latency-regression",
    "size-regression",
  ],
  info: [
    "method-added",
    "field-added",
    "header-added",
    "null-to-result",
    "null-to-value",
    "error-data-added",
  ],
  noise: ["serialisation-changed", "value-drift"],
} as const satisfies Record<Severity, readonly string[]>;

export type Kind = (typeof KINDS)[Severity][number];

/** A fact at one path of one pair, with its kind. No severity. */
export interface Difference {
  readonly kind: Kind;
  /**
   * Concrete JSON pointer into the call's response (`/result/logs/3/topics/0`, `/error/code`), or `/status`,
   * `/headers/<name>`; "" is the whole response. For a removed or missing thing: its path in old; else its path in candidate.
   */
  readonly path: string;
  /** Path pattern: indexes, digits, hex of 8 and more, and configured maps become `*`. */
  readonly pattern: string;
  /** Undefined where the side has nothing there. */
  readonly old: JsonValue | undefined;
  readonly candidate: JsonValue | undefined;
  /** Path pattern and kind of the difference of this pair that explains this one (a block's hash), if any. */
  readonly causedBy?: { readonly kind: Kind; readonly pattern: string };
}

/** A path at which old did not repeat itself. */
export interface Unrepeated {
  readonly pattern: string;
  readonly kind: Kind;
}

export type Confidence = "confirmed" | "probable" | "flaky";

/** What became of one call: its one final state after retries. */
export interface Comparison {
  readonly pairId: string;
  readonly name: string | null;
  readonly method: string;
  readonly customer: string | null;
  readonly client: { readonly name: string; readonly version: string } | null;
  readonly at: number | null;
  readonly weight: number;
  readonly state: "same" | "different" | "uncomparable" | "skipped";
  /** Set for uncomparable and skipped. */
  readonly reason: UncomparableReason | SkippedReason | null;
  /** Every difference, noise kinds too. `same` may hold noise only. */
  readonly differences: readonly Difference[];
  /** Control mismatches; a difference of the candidate at the same pattern is excused for this call. */
  readonly unrepeated: readonly Unrepeated[];
  /** Differences at which the control mismatched as well: excused, kept for the paired test. */
  readonly excused: readonly Difference[];
  readonly confidence: Confidence;
  /** Both sides answered with the same JSON-RPC error: agreement, but no coverage. */
  readonly agreedOnError: boolean;
  readonly latencyMs: { readonly old: number; readonly candidate: number } | null;
  readonly bytes: { readonly old: number; readonly candidate: number } | null;
  readonly targets: { readonly old: number; readonly candidate: number };
  /** The texts, for samples; null for skipped calls. */
  readonly pair: Pair | null;
}

/** One exchange's calls, stored together so that a resumed run never counts a call twice. */
export interface ExchangeResult {
  /** `<recording>:<exchange>`, or the line of a pairs file. */
  readonly key: string;
  readonly comparisons: readonly Comparison[];
  /** Requests sent to old and candidate for this exchange, controls and confirmations included. */
  readonly sends: number;
}
