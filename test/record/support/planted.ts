/** A request that holds one canary, or an answer that gives one away. */
export interface Planted {
  readonly place: string;
  /** What must not be found anywhere. */
  readonly secret: string;
  readonly path?: string;
  readonly verb?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; JSON where it is no text. */
  readonly body?: unknown;
  /** A member of the answer: what only the node knows. */
  readonly given?: unknown;
  /** The node does not repeat it: of what has no key's entropy, only its own place is emptied. */
  readonly silent?: boolean;
}
