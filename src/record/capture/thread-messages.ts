import type { DropReason } from "./captured.ts";

/** What the capture thread is started with. */
export interface WorkerSetup {
  readonly mode: "proxy" | "sink";
  readonly ring: SharedArrayBuffer;
  readonly state: SharedArrayBuffer;
  readonly heldBytes: number;
  readonly maxBodyBytes: number;
  readonly mostValues: number;
  readonly consumer: { readonly module: string; readonly options: unknown };
  /** Connections over which a thread before this one ended: not read again. */
  readonly excluded: readonly number[];
}

export type FromCapture =
  | { readonly kind: "ready" }
  | { readonly kind: "drops"; readonly drops: Partial<Readonly<Record<DropReason, number>>> }
  | {
      readonly kind: "unread";
      readonly reason: DropReason;
      readonly connections: number;
      readonly bytes: number;
    }
  /** What one of the first bodies that did not decode looks like, in words and numbers alone. */
  | { readonly kind: "undecoded"; readonly what: string }
  | { readonly kind: "idle"; readonly idle: readonly number[]; readonly busy: readonly number[] }
  | { readonly kind: "consumer"; readonly message: unknown; readonly settles: number }
  | { readonly kind: "ended" };

export type ToCapture =
  | { readonly kind: "end" }
  /** Which connections are idle? Answered once all that passed until then was read. */
  | { readonly kind: "idle" }
  | { readonly kind: "consumer"; readonly message: unknown };
