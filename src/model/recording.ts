import type { Exchange } from "./exchange.ts";
import type { JsonObject } from "./json.ts";
import type { Network, RecordingFacts } from "./run.ts";

/** What a recording says of itself. */
export interface RecordingHeader {
  readonly formatVersion: number;
  readonly createdAt: string;
  /** `record`, `sink`, or the importer's name. */
  readonly source: string;
  readonly network: Network;
  /** Id of the HMAC key that made its tokens, or null when nothing was tokenised. */
  readonly keyId: string | null;
  readonly closed: boolean;
  readonly options: JsonObject;
}

/** An opened recording. Reading holds one block in memory. */
export interface RecordingReader {
  readonly path: string;
  readonly header: RecordingHeader;
  readonly facts: RecordingFacts;
  /** Exchanges in order of arrival, from the first with id >= `fromId`. */
  exchanges(fromId?: number): Iterable<Exchange>;
  exchange(id: number): Exchange | undefined;
  /** SHA-256 of what it holds, hex: the same wherever the file lies and whatever it is called. Reads all blocks once. */
  content(): string;
  close(): void;
}

/** What a window has counted so far for one method (or customer): absolute numbers, so that a lost batch heals. */
export interface StratumCount {
  readonly key: string;
  readonly seen: number;
  readonly forced: number;
  readonly threshold: number;
}

export interface WindowCounts {
  readonly window: number;
  readonly startedAt: number;
  /** Only those that changed since the last batch. */
  readonly methods: readonly StratumCount[];
  readonly customers: readonly StratumCount[];
}
