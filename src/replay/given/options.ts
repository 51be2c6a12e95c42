import type { ChainName } from "../../model/exchange.ts";
import type { Target } from "../../model/target.ts";

/** What shapes a replay. Durations in ms. */
export interface ReplayOptions {
  readonly old: readonly Target[];
  readonly candidate: readonly Target[];
  /** Exchanges under way at once. */
  readonly concurrency: number;
  /** Exchanges started a second, open loop; null leaves the pace to the targets. */
  readonly ratePerSecond: number | null;
  /** Times the recorded pace, open loop; null as above. */
  readonly speed: number | null;
  readonly timeoutMs: number;
  /** Times a mismatch is asked again on both sides; heavy methods once. */
  readonly confirm: number;
  readonly pin: "auto" | "none" | number;
  readonly rebase: boolean;
  /** Most requests that one call may cost, both sides together. */
  readonly maxSendsPerCall: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Methods that are not on the allow-list and are sent all the same. */
  readonly allowMethods: readonly string[];
  /** Exchanges to replay at most; null for all. */
  readonly limit: number | null;
  /** Failed calls after which the run ends; null for no such end. */
  readonly maxFailures: number | null;
  /** Share of failed calls that pauses, and in the end stops, the run. */
  readonly maxFailureRate: number;
  /** Growth of old's median latency that does the same; 2 is twice as slow as at the start. */
  readonly maxSlowdown: number;
  /** Blocks by which one side may stay behind the other; null for what the chain says. */
  readonly maxLag: number | null;
  /** The nodes' chain, or null where the recordings and the nodes tell. */
  readonly chain: ChainName | null;
  readonly seed: number;
  readonly maxBodyBytes: number;
  /** Requests on each connection before the first that counts. */
  readonly warmUp: number;
  /** Blocks for which recorded subscriptions are held open on both sides; 0 for none. */
  readonly subscriptionBlocks: number;
  /** Send transactions that can't be included anywhere, to compare how they are refused. */
  readonly probeSend: boolean;
  /** Path of an OpenAPI document (JSON or YAML) that names REST routes, or null. */
  readonly openApi: string | null;
  /** Chain id of the recorded traffic, as the user says; null where the recordings say it. */
  readonly network: string | null;
}

/** Defaults of a run against nodes that nobody else uses. */
export const REPLAY_DEFAULTS = {
  concurrency: 16,
  ratePerSecond: null,
  speed: null,
  timeoutMs: 10_000,
  confirm: 5,
  pin: "auto",
  rebase: false,
  maxSendsPerCall: 40,
  include: [],
  exclude: [],
  allowMethods: [],
  limit: null,
  maxFailures: null,
  maxFailureRate: 0.02,
  maxSlowdown: 2,
  maxLag: null,
  chain: null,
  seed: 1,
  maxBodyBytes: 256 * 1024 * 1024,
  warmUp: 2,
  subscriptionBlocks: 25,
  probeSend: false,
  openApi: null,
  network: null,
} as const satisfies Omit<ReplayOptions, "old" | "candidate">;
