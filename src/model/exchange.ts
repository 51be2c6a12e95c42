/** The words of recorded traffic. Bodies are bytes: responses are hostile input and need not be UTF-8. */

/** The wire: how a call is written. */
export type Protocol = "json-rpc" | "rest";

/** What a method means; not the wire. `other` is a service of which nothing is known: nothing drifts, nothing is pinned. */
export const CHAIN_NAMES = ["ethereum", "bitcoin", "solana", "stacks", "other"] as const;
export type ChainName = (typeof CHAIN_NAMES)[number];
export type Transport = "http" | "websocket";

/** Header names in lower case; a repeated header's values joined with ", ". */
export type Headers = Readonly<Record<string, string>>;

export interface RecordedRequest {
  /** HTTP verb; "POST" for a WebSocket message. */
  readonly verb: string;
  /** Path and query, redacted. */
  readonly path: string;
  /** Only allow-listed headers, redacted. */
  readonly headers: Headers;
  /** Decoded body (content-encoding removed), or null when there was none or it was not kept. */
  readonly body: Buffer | null;
}

export interface RecordedResponse {
  /** HTTP status; 101 for an answer that came over WebSocket. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer | null;
}

/** Why an exchange can't be sent again. */
export type Unreplayable = "redacted-body" | "body-too-large" | "incomplete" | "event" | "writes";

/** One client request and the response it got, as recorded. A JSON-RPC batch is one exchange with several calls. */
export interface Exchange {
  /** Unique within its recording, in order of arrival. */
  readonly id: number;
  /** Unix time in ms of the request's first byte. */
  readonly at: number;
  readonly durationMs: number | null;
  readonly protocol: Protocol;
  /** Where the source says it; else the names of its methods tell (`chainOf` in chains/index.ts). */
  readonly chain?: ChainName;
  readonly transport: Transport;
  /** Calls of one connection keep their order in replay, for filter and subscription ids. */
  readonly connection: number | null;
  /** A keyed pseudonym (`cus_` and 16 hex digits), never an API key. */
  readonly customer: string | null;
  readonly name: string | null;
  readonly request: RecordedRequest;
  /** Null where the source had none (a mirror's copy, a bare request). */
  readonly response: RecordedResponse | null;
  /** Probability with which sampling kept this exchange; its inverse is its weight. */
  readonly probability: number;
  readonly unreplayable: Unreplayable | null;
}

/** A client library as the User-Agent names it. */
export interface Client {
  readonly name: string;
  readonly version: string;
}
