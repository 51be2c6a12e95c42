import type { ChainName } from "../../model/exchange.ts";
import type { RecordingReader } from "../../model/recording.ts";
import type { Adapters, Examine } from "../ask/asking.ts";
import type { Standing } from "../heads/lag.ts";
import type { Throttle } from "../send/throttle.ts";
import type { ReplayOptions } from "../given/options.ts";
import type { Target, Sides } from "../../model/target.ts";

/** Lets one user at a time have a target, whichever process it is in; resolves to what gives the target back. */
export type Exclusive = (target: Target) => Promise<() => void>;

/** What a replay is given. */
export interface ReplayInput {
  readonly recordings: readonly RecordingReader[];
  readonly options: ReplayOptions;
  readonly adapters: Adapters;
  /** Of the nodes: what is pinned and laid to heads. */
  readonly chain: ChainName;
  readonly examine: Examine;
  /** Decimal chain id as the check found it, or "unknown". */
  readonly chainId: string;
  /** Oldest block whose state all targets of a side hold, as the check found it; 0 for archives. */
  readonly oldestState: Sides<number>;
  readonly signal: AbortSignal;
  /** Beyond this process: absent where nobody else asks these targets. */
  readonly exclusive?: Exclusive;
  readonly throttle?: Throttle;
  /** A run in which nothing came for this long is ended; left out, it follows from the timeout. */
  readonly stillMs?: number;
  /** How long the run pauses for its targets' sake; 5 s when left out. */
  readonly pauseMs?: number;
  /** Exchanges of an earlier, interrupted run. */
  isDone(key: string): boolean;
  /** Told of both sides' heads whenever they were looked at. */
  onStanding?(standing: Standing): void;
  /** A side that is `maxLag` behind and comes no nearer for this long ends the run; a minute when left out. */
  readonly lagForMs?: number;
  /** Told what a person at the terminal should know. */
  note(text: string): void;
}
