import type { ChainName, Client, Headers, Protocol } from "./exchange.ts";

/**
 * What a target gave. `fault` is a JSON-RPC error or an HTTP error status; `malformed` did not parse as the protocol wants.
 * A failed request is a value, never an exception.
 */
export type OutcomeKind = "reply" | "fault" | "malformed" | "timeout" | "unreachable";

export interface Outcome {
  readonly kind: OutcomeKind;
  /** HTTP status, or null when there was no answer or it is not known (WebSocket, captured text). */
  readonly status: number | null;
  readonly headers: Headers;
  /** Decoded bytes of the call's own response (in a batch: of its item), or null when there was no answer. */
  readonly body: Buffer | null;
  /** From sending the request to the last byte of the answer, in ms; null where it was not measured. */
  readonly ms: number | null;
  /** For timeout, unreachable and malformed: what happened, in a few words (`ECONNREFUSED`, `not JSON`). */
  readonly detail?: string;
  /** Index of the target within its side. */
  readonly target: number;
}

/** Why a pair proves nothing. Kebab-case, shown with its share of traffic. */
export type UncomparableReason =
  | "old-unreachable"
  | "both-unreachable"
  | "old-timeout"
  | "both-timeout"
  | "rate-limited"
  | "node-behind"
  | "syncing"
  | "state-lost"
  | "head-moved"
  | "reorg"
  | "configuration"
  | "old-malformed"
  | "control-unstable"
  /** A list whose items drift was empty on one side: nothing shows what they look like there. */
  | "nothing-to-compare"
  /** The candidate takes no connection, or answers nothing at all: it is down, or starts anew. */
  | "candidate-gone"
  /** To learn more, old would have to be asked more than its live traffic allows. */
  | "unsettled";

/** Why a call was not sent. */
export type SkippedReason =
  | "writes"
  | "not-allowed"
  | "excluded"
  | "limit"
  | "redacted-body"
  | "body-too-large"
  | "incomplete"
  | "malformed-request"
  | "notification"
  | "subscription"
  | "unknown-state"
  | "interrupted";

/** A call with its outcomes from old and candidate, the control, and the recorded response as a third witness. */
export interface Pair {
  /** Stable for the same recording: `<recording>:<exchange>:<call>` or the line of a pairs file. */
  readonly id: string;
  readonly name: string | null;
  readonly protocol: Protocol;
  readonly chain: ChainName;
  /** JSON-RPC method, `GET /route/{param}`, or `(batch)`. */
  readonly method: string;
  readonly customer: string | null;
  readonly client: Client | null;
  /** When it was recorded, Unix ms. */
  readonly at: number | null;
  /** 1 / probability of its exchange. */
  readonly weight: number;
  /** The call's request as it was recorded: JSON-RPC text, or `GET /path?query` and body. */
  readonly request: Buffer;
  /** What was sent in its place, where a tag became a block or an id became the target's own; absent when it is the same. */
  readonly asked?: Buffer;
  readonly old: Outcome;
  readonly candidate: Outcome;
  /** Old asked again. */
  readonly control: Outcome | null;
  readonly recorded: Outcome | null;
  /** True where the question followed the head (unpinned `latest`, `pending`): judged by outcome and shape only. */
  readonly byShape?: boolean;
  /**
   * True where both answers are of one block: the question was pinned to a block that both sides hold, or both heads stood
   * on one block from before the first ask until after the last. Then nothing drifts but what names the node, or is the
   * mempool's or the clock's. Absent: not known.
   */
  readonly oneBlock?: boolean;
}
