import type { Rendered } from "../formats/render.ts";
import type { Notice } from "../compose/model.ts";
import type { Channel } from "../store/store.ts";

/** A message on its way to one place: a notice, or an alert of our own. */
export interface Message {
  /** The same in every attempt: Message-ID and webhook-id are made of it. */
  readonly id: string;
  readonly address: string;
  readonly name: string;
  /** Whose secret signs it: an account, or `team` for what a team tells itself. */
  readonly account: string;
  readonly rendered: Pick<Rendered, "subject" | "text" | "email" | "slack" | "webhook">;
  /** RFC 3339: the time that the text was approved, or made. */
  readonly approvedAt: string;
  /** A webhook's `type`; `upgrade.notice` where it is left out. */
  readonly type?: string;
}

/** One notice on its way to one place. */
export interface Parcel extends Message {
  readonly notice: Notice;
  readonly rendered: Rendered;
}

/**
 * What became of an attempt. `refused` is known not to have arrived and may be tried again unless `final`; `in-doubt` may have
 * arrived: the answer was lost.
 */
export type Delivery =
  | { readonly kind: "delivered"; readonly detail: string }
  | {
      readonly kind: "refused";
      readonly error: string;
      readonly final: boolean;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: "in-doubt"; readonly error: string };

export interface Transport {
  readonly channel: Channel;
  /** True where the receiver knows an attempt by its id and takes a second one for the first. */
  readonly idempotent: boolean;
  /** Why this address can't be sent to as things are set up, or null. Never holds a secret. */
  unavailable(account: string, address: string): string | null;
  /**
   * One attempt. Calls `transmitting` once, after the connection stands and before the first byte that could become a message.
   */
  deliver(message: Message, transmitting: () => void): Promise<Delivery>;
  close(): Promise<void>;
}

export function refused(
  error: string,
  options: { final?: boolean; retryAfterMs?: number | null } = {},
): Delivery {
  return {
    kind: "refused",
    error,
    final: options.final ?? false,
    retryAfterMs: options.retryAfterMs ?? null,
  };
}
