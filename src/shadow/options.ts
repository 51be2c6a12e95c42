import type { ChainName } from "../model/exchange.ts";
import type { Target } from "../model/target.ts";
import type { QueueLimits } from "./queue.ts";

/** What shapes a shadow. Durations in ms. */
export interface ShadowOptions {
  readonly old: Target;
  readonly candidates: readonly Target[];
  /** The nodes' chain, or null to find it out by asking. */
  readonly chain: ChainName | null;
  /** Whether a mirror sends copies, without answers of old. */
  readonly mirrored: boolean;
  /** Share of the calls (or of the customers) that are also asked of the candidates. */
  readonly sample: number;
  readonly sampleBy: "call" | "customer";
  /** Requests under way at each candidate. */
  readonly concurrency: number;
  /** Requests a second at each candidate; null for no ceiling but the concurrency. */
  readonly ratePerSecond: number | null;
  readonly timeoutMs: number;
  readonly queue: QueueLimits;
  /** Share of old's live requests that may be added to settle mismatches. */
  readonly extraLoad: number;
  readonly confirm: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly allowMethods: readonly string[];
  readonly maxBodyBytes: number;
  readonly openApi: string | null;
}

const MIB = 1024 * 1024;

export const SHADOW_DEFAULTS = {
  chain: null,
  mirrored: false,
  sample: 1,
  sampleBy: "call",
  concurrency: 16,
  ratePerSecond: null,
  timeoutMs: 10_000,
  queue: { items: 5_000, bytes: 64 * MIB, ageMs: 5_000 },
  extraLoad: 0.05,
  confirm: 3,
  include: [],
  exclude: [],
  allowMethods: [],
  maxBodyBytes: 16 * MIB,
  openApi: null,
} as const satisfies Omit<ShadowOptions, "old" | "candidates">;
