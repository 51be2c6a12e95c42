export type Side = "old" | "candidate";

/** One value of each side. */
export interface Sides<T> {
  readonly old: T;
  readonly candidate: T;
}

/** One node of a side. */
export interface Target {
  readonly side: Side;
  /** Index within its side. */
  readonly index: number;
  /** As it may be shown. */
  readonly shown: string;
  readonly origin: string;
  /** Path and query of its URL; REST paths are joined to it. */
  readonly path: string;
  /** Sent with every request: credentials of the URL, extra headers of the side. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where WebSocket exchanges go. */
  readonly webSocketUrl: string;
}
