import type { ChainName, Exchange, Protocol } from "../model/exchange.ts";
import type { OutcomeKind } from "../model/pair.ts";
import type { MethodKnowledge } from "../chains/knowledge.ts";
import type { Question, Block } from "../chains/chain.ts";

/** One call of an exchange, ready to be asked again. */
export interface Call {
  /** Place within its exchange. */
  readonly index: number;
  readonly method: string;
  readonly chain: ChainName;
  readonly knowledge: MethodKnowledge;
  /** The id's JSON text, null for a notification; REST calls have "". */
  readonly id: string | null;
  /** The call's request as bytes: JSON-RPC text, or a REST body. */
  readonly bytes: Buffer;
  /** REST only: path with query. */
  readonly path: string | null;
}

/** What an exchange asks. `batch` is true for a JSON-RPC array, even of one item. */
export interface Asked {
  readonly batch: boolean;
  readonly calls: readonly Call[];
}

/** What the tags become; null where no common block is known, so that the tag is sent as it is. */
export interface Pins {
  readonly latest: Block | null;
  readonly safe: Block | null;
  readonly finalized: Block | null;
  /** Numbers within 128 blocks of `from`, the head when it was recorded, move to the same distance from the pin. */
  readonly rebaseFrom: number | null;
}

export type Tag = "latest" | "safe" | "finalized" | "pending" | "earliest";

/** A call after its tags were replaced, and what of it still depends on the head. */
export interface Pinned {
  readonly call: Call;
  /** Tags that became a block. */
  readonly replaced: readonly Tag[];
  /** Tags that were left as they are, `earliest` excluded. */
  readonly left: readonly Tag[];
  /** A block parameter that may be left out was left out: the answer is the latest block's. */
  readonly missing: boolean;
  /** Largest block number that the call names, pinned ones included, or null. */
  readonly highest: number | null;
}

/** A batch's answer cut into its calls' own answers. */
export interface Split {
  /** Per call of the question, its answer's bytes; null where it has none. */
  readonly answers: readonly (Buffer | null)[];
  /** Positions of the calls in the order in which they were answered; -1 for an answer that belongs to no call. */
  readonly order: readonly number[];
}

/** What one protocol needs to be replayed. A third protocol is one more of these. */
export interface Adapter {
  readonly protocol: Protocol;
  /** The calls of an exchange, or null when its request can't be read as this protocol. */
  read(exchange: Exchange): Asked | null;
  /** Replaces what follows the head by the pins. */
  pin(call: Call, pins: Pins): Pinned;
  /** The call asked at the latest pin where it named no block, or null when it names one. */
  fillIn(call: Call, pins: Pins): Call | null;
  /** What to send for these calls of the exchange: all of a batch, or one of it alone. */
  question(exchange: Exchange, calls: readonly Call[], batch: boolean): Question;
  /** The request as it is shown and stored. */
  shown(exchange: Exchange, call: Call): Buffer;
  /** Cuts a batch's answer, or null when it is no batch. */
  split(body: Buffer, calls: readonly Call[]): Split | null;
  /** What an answer with these bytes is. `detail` says what is wrong with a malformed one. */
  kind(
    status: number | null,
    body: Buffer,
  ): { readonly kind: OutcomeKind; readonly detail?: string };
}
