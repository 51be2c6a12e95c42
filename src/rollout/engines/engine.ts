/** One side as an engine sees it: counts since it was started. */
export interface SideView {
  readonly up: number;
  readonly total: number;
  readonly requests: number;
  readonly errors: number;
}

export interface EngineView {
  /** Percent of traffic on the new servers. */
  readonly weight: number;
  readonly old: SideView;
  readonly candidate: SideView;
}

/** What shifts traffic. shadowdiff never carries it. Each call ends in its own time or throws. */
export interface Engine {
  look(): Promise<EngineView>;
  /** Puts this share of new requests on the new servers. Asking for what is there already changes nothing. */
  set(weight: number): Promise<void>;
  /** All new requests to old at once; then, after `drainMs`, whatever is still open on the new servers is closed. */
  drop(drainMs: number): Promise<void>;
  close(): Promise<void>;
}
