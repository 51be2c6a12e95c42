import { NOISE_KINDS } from "./kinds.ts";
import type { Difference, Place, Unrepeated } from "./difference.ts";
import type { Client, Exchange } from "./exchange.ts";
import type { Pair, SkippedReason, UncomparableReason } from "./pair.ts";

export type Confidence = "confirmed" | "probable" | "flaky";

/** What became of one call: its one final state after retries. Made by the functions below and by nothing else. */
export interface Comparison {
  readonly pairId: string;
  readonly name: string | null;
  readonly method: string;
  readonly customer: string | null;
  readonly client: Client | null;
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
  /** Of no exchange of a recording: a split of the chain, a subscription, a probe. Not counted among the exchanges. */
  readonly beside?: true;
  /** Noisy places at which a difference stood however often it was asked for. */
  readonly firm?: readonly Place[];
}

type Found = Pick<Comparison, "differences" | "unrepeated" | "excused" | "agreedOnError">;

const NOTHING: Found = { differences: [], unrepeated: [], excused: [], agreedOnError: false };

/** A pair that could be compared, with what was found: `different` where one difference is more than noise. */
export function compared(pair: Pair, found: Partial<Found> = {}): Comparison {
  const { old, candidate } = pair;
  const whole = { ...NOTHING, ...found };
  const real = whole.differences.some(({ kind }) => !NOISE_KINDS.has(kind));
  return {
    pairId: pair.id,
    name: pair.name,
    method: pair.method,
    customer: pair.customer,
    client: pair.client,
    at: pair.at,
    weight: pair.weight,
    state: real ? "different" : "same",
    reason: null,
    ...whole,
    confidence: "probable",
    latencyMs:
      old.ms === null || candidate.ms === null ? null : { old: old.ms, candidate: candidate.ms },
    bytes:
      // Sizes say something only of answers: an error is short, whatever the answer would have been.
      old.body && candidate.body && old.kind === "reply" && candidate.kind === "reply"
        ? { old: old.body.length, candidate: candidate.body.length }
        : null,
    targets: { old: old.target, candidate: candidate.target },
    pair,
  };
}

/** Proves nothing after all: what was found is not kept. */
export function uncomparable(comparison: Comparison, reason: UncomparableReason): Comparison {
  return { ...comparison, ...NOTHING, state: "uncomparable", reason };
}

/** Asked, but what it shows is no answer to what was asked: counted as not sent, and nothing of it is kept. */
export function setAside(comparison: Comparison, reason: SkippedReason): Comparison {
  return {
    ...comparison,
    ...NOTHING,
    state: "skipped",
    reason,
    latencyMs: null,
    bytes: null,
    pair: null,
  };
}

/** A difference that is seen beside the answers' texts (an order, a missing event, a split): it stands for the whole pair. */
export function withDifference(
  comparison: Comparison,
  difference: Difference,
  confidence: Confidence = comparison.confidence,
): Comparison {
  return {
    ...comparison,
    ...NOTHING,
    state: "different",
    reason: null,
    differences: [difference],
    confidence,
  };
}

/** A call of a recording that was not sent. `key` is `<recording>:<exchange>`. */
export function skippedCall(
  key: string,
  exchange: Exchange,
  call: { readonly index: number; readonly method: string },
  reason: SkippedReason,
): Comparison {
  return {
    pairId: `${key}:${call.index}`,
    name: exchange.name,
    method: call.method,
    customer: exchange.customer,
    client: clientOf(exchange),
    at: exchange.at,
    weight: 1 / exchange.probability,
    state: "skipped",
    reason,
    ...NOTHING,
    confidence: "probable",
    latencyMs: null,
    bytes: null,
    targets: { old: 0, candidate: 0 },
    pair: null,
  };
}

const CLIENT = /^([A-Za-z][\w.-]*)\/v?([\w.-]+)/;

/** The client library that a User-Agent names: product and version. */
export function clientOf(exchange: Exchange): Client | null {
  const agent = exchange.request.headers["user-agent"];
  const match = agent === undefined ? null : CLIENT.exec(agent);
  return match ? { name: match[1] ?? "", version: match[2] ?? "" } : null;
}
