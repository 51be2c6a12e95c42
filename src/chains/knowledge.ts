/** What is known of a method: data, one row a method, in ethereum/ and stacks/. */
export interface MethodKnowledge {
  /** Only reads: may be replayed. Exact names; a method that is not known is not safe. */
  readonly safe: boolean;
  /** Changes the node or the chain, or signs: skipped as `writes`, where an unknown method is skipped as `not-allowed`. */
  readonly writes: boolean;
  /** Heavy methods run one at a time per target and are confirmed once. */
  readonly cost: "light" | "heavy";
  /** The answer moves with the head or the mempool even when asked twice of one node (`eth_blockNumber`, `eth_gasPrice`). */
  readonly followsHead: boolean;
  /** The answer is what this node's mempool or filter happens to hold: compared by shape only (`txpool_content`). */
  readonly mempool: boolean;
  /** The answer names the node (`web3_clientVersion`, `net_peerCount`): compared by shape only, never fails an upgrade. */
  readonly identifiesNode: boolean;
  /** The result is a set: the order of its items means nothing (`eth_accounts`). */
  readonly set: boolean;
  /** Where the block is: position in params, and key inside it (`fromBlock` of getLogs' filter). */
  readonly block: readonly BlockPosition[];
  /** Needs the state at its block, which a pruning node drops (`eth_call`, `eth_getProof`, traces). */
  readonly state: boolean;
  /** Makes, uses or drops an id that lives in one connection or node. */
  readonly session: Session | null;
  /** What must hold where the answer follows the head: type, form and range. */
  readonly invariants: readonly Invariant[];
  /** How far a number may drift between two asks; never applied where the control repeats exactly at a pinned block. */
  readonly tolerances: readonly Tolerance[];
}

export interface BlockPosition {
  readonly param: number;
  /** Keys inside the parameter when the block is a field of an object. */
  readonly field?: string;
  /** The answer when the parameter is missing is the latest block. */
  readonly optional: boolean;
}

export interface Session {
  readonly kind: "filter" | "subscription";
  /** `opens` answers with a new id; `uses` and `closes` take it as their first parameter. */
  readonly role: "opens" | "uses" | "closes";
}

export type Form =
  | "quantity"
  | "hash"
  | "hash-list"
  | "boolean"
  | "number"
  | "string"
  | "object"
  | "array"
  | "object-or-false";

/** The value at `pattern` has this form, and both sides' numbers are at most this far apart. */
export interface Invariant {
  readonly pattern: string;
  readonly form: Form;
  /** Largest distance of the two sides, in the value's own unit (blocks for `eth_blockNumber`). */
  readonly within?: number;
  /** Largest ratio of the larger to the smaller side. */
  readonly ratio?: number;
}

/** Numbers at `pattern` may differ by this share of the larger one. */
export interface Tolerance {
  readonly pattern: string;
  readonly relative: number;
  /** Where the number comes from: a constant of the client, its documentation. */
  readonly source: string;
}

export const UNKNOWN_METHOD: MethodKnowledge = {
  safe: false,
  writes: false,
  cost: "light",
  followsHead: false,
  mempool: false,
  identifiesNode: false,
  set: false,
  block: [],
  state: false,
  session: null,
  invariants: [],
  tolerances: [],
};
