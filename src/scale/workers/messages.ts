import type { Progress } from "../../model/progress.ts";
import type { ReplayOptions } from "../../replay/given/options.ts";
import type { Plan } from "../plan/plan.ts";

/** What a worker process is to do. */
export interface ShardTask {
  readonly plan: Plan;
  readonly index: number;
  /** Recordings of the plan as this machine finds them. */
  readonly files: readonly string[];
  /** Those of the whole, and this worker's share of them. */
  readonly options: ReplayOptions;
  readonly share: ReplayOptions;
  readonly allowBalanced: boolean;
  /** Top level of the configuration file. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly out: string;
  readonly resume: boolean;
}

export type ToWorker =
  | { readonly kind: "task"; readonly task: ShardTask }
  /** The target that was wanted is this worker's. */
  | { readonly kind: "granted"; readonly ticket: number }
  | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "differs"; readonly text: string }
  /** Wants a target for itself, for a heavy call. */
  | { readonly kind: "want"; readonly ticket: number; readonly target: string }
  | { readonly kind: "give"; readonly ticket: number }
  | { readonly kind: "done"; readonly incomplete: string | null }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly details: readonly string[];
      /** Exit code of a failure that a person can understand; null for a bug, whose stack is `message`. */
      readonly exitCode: number | null;
    };
