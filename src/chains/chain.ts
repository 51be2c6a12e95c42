/** A block that every target holds with this hash. */
export interface Block {
  readonly number: number;
  readonly hash: string;
}

/** What is sent to a target. */
export interface Question {
  readonly verb: string;
  /** Path and query below the target's own path, or null to use the target's path as it is. */
  readonly path: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** What pinning asks of one target. Null where the target has no such block or does not answer. */
export interface ChainView {
  head(): Promise<Block | null>;
  tagged(tag: "safe" | "finalized"): Promise<Block | null>;
  at(number: number): Promise<Block | null>;
  /** Whether the target holds the state of a block, asked for the plainest thing in it; left out where there is none. */
  holdsState?(number: number): Promise<boolean>;
  /** Number of the block that holds what a request names by its hash; null where the target does not know. */
  place?(request: Buffer): Promise<number | null>;
}
