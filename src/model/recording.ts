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
  /** Exchanges in order of arrival with `fromId` <= id < `untilId`; all where left out. */
  exchanges(fromId?: number, untilId?: number): Iterable<Exchange>;
  exchange(id: number): Exchange | undefined;
  /** SHA-256 of what it holds, hex: the same wherever the file lies and whatever it is called. Reads all blocks once. */
  content(): string;
  close(): void;
}

/** Where exchanges lie within a recording: what it takes to divide it without reading it. */
export interface Layout {
  /** Id of the first exchange, and one past the last; null for an empty recording. */
  span(): { readonly from: number; readonly until: number } | null;
  /** Id at which the block begins that holds the first exchange from `id` on. */
  blockStart(id: number): number;
  /** Names of all methods in it. */
  methods(): readonly string[];
  /** Ids of the exchanges of these methods, at most `most` of each, in rising order. */
  idsOf(methods: readonly string[], most: number): readonly number[];
  /** Id of the exchange that has `count` others before it, or null. */
  idAfter(count: number): number | null;
  countBetween(fromId: number, untilId: number): number;
}

/** A recording that can be divided into shards. */
export interface RecordingFile extends RecordingReader {
  readonly layout: Layout;
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
