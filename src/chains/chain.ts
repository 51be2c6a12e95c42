import type { ChainName, Protocol } from "../model/exchange.ts";
import type { Drift, MethodKnowledge } from "./knowledge.ts";

/** A block that every target holds with this hash. */
export interface Block {
  readonly number: number;
  readonly hash: string;
}

/** What is sent to a target. */
export interface Question {
  readonly verb: string;
  /** Path and query below the target's own path, or null to use the target's path as it is. */
  readonly path: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** An answer longer than this is not read to its end; the connection's own limit, where it is left out. */
  readonly maxBytes?: number;
}

/** What pinning asks of one target. Null where the target has no such block or does not answer. */
export interface ChainView {
  head(): Promise<Block | null>;
  tagged(tag: "safe" | "finalized"): Promise<Block | null>;
  at(number: number): Promise<Block | null>;
  /** Whether the target holds the state of a block, asked for the plainest thing in it; left out where there is none. */
  holdsState?(number: number): Promise<boolean>;
  /** Number of the block that holds what a request names by its hash; null where the target does not know. */
  place?(request: Buffer): Promise<number | null>;
}

/**
 * What is known of one chain: data, a folder each. How a chain's nodes are asked (heads, network, capabilities) stands
 * beside it in the same folder and is no part of this, so that whatever judges answers stays pure.
 */
export interface Chain {
  readonly name: ChainName;
  /** How its nodes are spoken to. */
  readonly wires: readonly Protocol[];
  /** Whether a method bears this chain's kind of name, also where it is not in the table (`eth_newThing`, `getnewthing`). */
  readonly owns: (protocol: Protocol, method: string) => boolean;
  /** By exact name, or for REST by verb and route. What is not here is not known to be safe. */
  readonly methods: Readonly<Record<string, MethodKnowledge>>;
  /** What drifts in the answer of every method (Solana's `/result/context/slot`). */
  readonly drifts: readonly Drift[];
  /** Where an answer itself says of which block it is: equal on both sides, the two are of one block. Null: nowhere. */
  readonly blockOfAnswer: string | null;
  /** Lists whose order means nothing. */
  readonly unordered: readonly Place[];
  /** Objects whose keys are data (addresses, selectors, heights): such a key is `*` in a path pattern. */
  readonly maps: readonly Place[];
  /** Hex that is bytes and no quantity: `0x0929e24e` and `0x929e24e1` are of one form there. */
  readonly bytes: readonly Place[];
  /** Numbers that may be fractions (ratios, amounts): `0` and `0.0` are one value there. */
  readonly fractions: readonly Place[];
  /** Methods whose results hold parts that fail on their own (traces, simulations, lists of calls). */
  readonly failingParts: readonly string[];
  /** Fields that answers have long had and that may be null. */
  readonly nullable: ReadonlySet<string>;
  readonly enums: readonly EnumRow[];
  /** How its nodes say that they can't answer now: never an answer, nor a difference. */
  readonly excuses: readonly Excuse[];
  /** Texts of errors by which clients decide what happened. */
  readonly matchedTexts: readonly MatchedText[];
}

/** A place in the answers of some methods, as globs of a method's name and of a path pattern. */
export interface Place {
  readonly methods: string;
  readonly path: string;
}

/** Fields that hold one of a few names, and the names that clients know. */
export interface EnumRow {
  /** What the path ends in. */
  readonly field: string;
  /** Other fields of this name hold other things (a trace's `type` is `call`): these values are of this list. */
  readonly form: RegExp;
  readonly known: readonly string[];
  readonly source: string;
}

/** An error that says something of the node's moment and nothing of its version. */
export interface Excuse {
  readonly means: "rate-limited" | "syncing" | "node-behind" | "state-lost";
  /** One of these codes; left out where the words are enough. */
  readonly codes?: readonly number[];
  /** Words of the message; left out where the code is enough. */
  readonly words?: RegExp;
  readonly source: string;
}

/** An error whose message loses these words is another error to a client. */
export interface MatchedText {
  /** Lower case. */
  readonly text: string;
  /** Methods, as a glob; left out where any will do. */
  readonly methods?: string;
  /** Who matches it, for words: `ethers, viem`. */
  readonly by: string;
  readonly source: string;
}
