/** What is known of a method: data, one row a method, in the folder of its chain. */
export interface MethodKnowledge {
  /** Only reads: may be replayed. Exact names; a method that is not known is not safe. */
  readonly safe: boolean;
  /** Changes the node or the chain, or signs: skipped as `writes`, where an unknown method is skipped as `not-allowed`. */
  readonly writes: boolean;
  /** Heavy methods run one at a time per target and are confirmed once. */
  readonly cost: "light" | "heavy";
  /** The answer rests on the head even where it names no block (`eth_blockNumber`, `eth_gasPrice`): what differs is asked again. */
  readonly followsHead: boolean;
  /** The answer is what this node's mempool or filter happens to hold (`txpool_content`): asked once, without a control. */
  readonly mempool: boolean;
  /** The result is a set: the order of its items means nothing (`eth_accounts`). */
  readonly set: boolean;
  /** Where the block is: position in params, and key inside it (`fromBlock` of getLogs' filter). */
  readonly block: readonly BlockPosition[];
  /** Needs the state at its block, which a pruning node drops (`eth_call`, `eth_getProof`, traces). */
  readonly state: boolean;
  /** REST: the query parameter that pins the route to a block, as the Stacks node takes `?tip=`; null where there is none. */
  readonly pin: string | null;
  /** Makes, uses or drops an id that lives in one connection or node. */
  readonly session: Session | null;
  /** Where a value may differ between two asks, and why. Nothing else of the answer drifts. */
  readonly drifts: readonly Drift[];
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

/**
 * A place where the value alone may differ between two asks of one node. Its type, how it is written, whether it is there
 * and whether it is null are compared all the same.
 */
export interface Drift {
  /** Path pattern, or a glob: `*` is one segment, `**` any number of them. */
  readonly path: string;
  /** `head`: moves with the chain; `mempool`: what this node happens to hold; `node`: names it or its surroundings; `time`: its clock. */
  readonly why: "head" | "mempool" | "node" | "time";
  /** Which items a list holds drifts (or which keys a map): what both sides hold is compared in full. */
  readonly items?: true;
  /**
   * The field may be there or not: it depends on the head as well. The number `beside` it says so on the side that lacks
   * it, where it is at most this (`nextblockhash` of the newest block, which has one confirmation).
   */
  readonly presence?: { readonly beside: string; readonly atMost: number };
  /** Null is one of its values (the confirmations of a transaction that is final); elsewhere a null never drifts. */
  readonly mayBeNull?: true;
  /** A text that may be empty (a warning, a proxy): elsewhere a text that is empty is no other value of the same form. */
  readonly mayBeEmpty?: true;
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
  set: false,
  block: [],
  state: false,
  pin: null,
  session: null,
  drifts: [],
  tolerances: [],
};
