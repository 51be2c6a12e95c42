import type { Transport } from "../../model/exchange.ts";
import type { LargeBody } from "../../recording/batch.ts";
import type { HttpHead } from "../../wire/http-head.ts";

/** An exchange as it was read off the wire: bodies still encoded, secrets still in it. */
export interface WireExchange {
  readonly id: number;
  readonly at: number;
  readonly durationMs: number | null;
  readonly transport: Transport;
  readonly connection: number;
  readonly requestHead: HttpHead;
  readonly requestBody: Buffer | null;
  /** Null where the client or the upstream went away first, or for a sink. */
  readonly responseHead: HttpHead | null;
  readonly responseBody: Buffer | null;
  readonly large: readonly LargeBody[];
  /** Not all of it came. */
  readonly incomplete: boolean;
  readonly isEvent: boolean;
}

/** Why an exchange that was seen is not in the recording. */
export type DropReason =
  | "sampled-out"
  | "queue-full"
  | "redactor-error"
  | "unparsable"
  | "too-many-in-flight"
  | "message-too-large"
  | "undecodable"
  | "disk-full"
  | "disk-low"
  | "size-limit"
  | "file-locked"
  | "read-only"
  | "io-error"
  | "writer-error"
  | "writer-died"
  | "writer-stalled"
  | "shutdown"
  | "capture-error"
  | "capture-overflow"
  | "capture-restarted"
  | "desync"
  | "comparer-down";

/** Where the readers of a connection hand over what they saw. None of these throws. */
export interface CaptureSink {
  /** A number for a new exchange, in order of arrival. Each must later be settled or dropped, once. */
  arrive(): number;
  /** Work on messages that goes on beside the reading; never rejects. */
  working(work: Promise<void>): void;
  /** What arrived turned out to be no exchange (the handshake of a WebSocket). */
  withdraw(): void;
  /** False where the answer is another request's: nothing of its connection is to be believed any more. */
  settle(exchange: WireExchange): boolean;
  /** Drops what arrived. */
  drop(reason: DropReason): void;
  /** Bytes of which nobody can tell what exchanges they are; the first ones of so many connections. */
  unread(reason: DropReason, connections: number, bytes: number): void;
  /** Unix ms. */
  now(): number;
  /** Monotonic ms, for durations. */
  clock(): number;
}
