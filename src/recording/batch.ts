import type { Protocol, Transport, Unreplayable } from "../model/exchange.ts";
import type { WindowCounts } from "../model/recording.ts";

/** The columns of one exchange; its heads and bodies are in `Batch.records`. */
export interface ExchangeRow {
  readonly id: number;
  readonly at: number;
  readonly durationMs: number | null;
  readonly protocol: Protocol;
  readonly transport: Transport;
  readonly connection: number | null;
  readonly method: string;
  readonly customer: string | null;
  readonly name: string | null;
  readonly status: number | null;
  readonly errorCode: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number | null;
  readonly window: number;
  readonly priority: number;
  readonly forced: boolean;
  readonly unreplayable: Unreplayable | null;
  readonly large: readonly LargeBody[];
}

/** A body past the limit: its length and SHA-256 (hex) as it came over the wire. */
export interface LargeBody {
  readonly side: "request" | "response";
  readonly bytes: number;
  readonly sha256: string;
}

/** A minute in which bytes passed that nobody could read, so that it is not known how many exchanges they were. */
export interface Gap {
  /** Its start, Unix ms. */
  readonly minute: number;
  readonly reason: string;
  /** Connections concerned, each as often as it happened to it. */
  readonly connections: number;
  readonly bytes: number;
}

/** One unit of writing: stored in one transaction or not at all. */
export interface Batch {
  /** Counts up from 1; a batch whose number is not above the file's last one is already there. */
  readonly number: number;
  readonly rows: readonly ExchangeRow[];
  /** The rows' records in the same order. */
  readonly records: readonly Buffer[];
  /** Exchanges dropped since the last batch, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** Ids that the reservoir gave up for others: deleted where stored, and counted as sampled out. */
  readonly evicted: readonly number[];
  readonly windows: readonly WindowCounts[];
  readonly gaps: readonly Gap[];
}
