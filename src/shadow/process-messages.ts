import type { ClassifyConfiguration } from "../config/classifying.ts";
import type { JsonObject } from "../model/json.ts";
import type { TrafficCounts } from "./losses.ts";
import type { ShadowOptions } from "./options.ts";

/** What the comparer's process is started with. Holds credentials of ours: it goes over the channel, never over a command line. */
export interface ComparerSetup {
  readonly options: ShadowOptions;
  readonly classify: ClassifyConfiguration;
  readonly out: string;
  readonly stored: JsonObject;
  /** Unix socket to listen at for what passes. */
  readonly socket: string;
}

export type ToComparer =
  | { readonly kind: "setup"; readonly setup: ComparerSetup }
  | { readonly kind: "counts"; readonly counts: TrafficCounts }
  | { readonly kind: "stop" };

export type FromComparer =
  | { readonly kind: "ready" }
  /** It can't begin yet, and tries again. */
  | { readonly kind: "waiting"; readonly why: string }
  /** It can't begin as it was asked to. */
  | { readonly kind: "refused"; readonly message: string; readonly details: readonly string[] };
