/** What is known of a method: data, one row a method, in ethereum/ and stacks/. */
export interface MethodKnowledge {
  /** Only reads: may be replayed. Exact names; a method that is not known is not safe. */
  readonly safe: boolean;
  /** Heavy methods run one at a time per target and are confirmed once. */
  readonly cost: "light" | "heavy";
  /** The answer moves with the head or the mempool even when asked twice of one node (`eth_blockNumber`, `eth_gasPrice`). */
  readonly followsHead: boolean;
  /** The answer names the node (`web3_clientVersion`, `net_peerCount`): compared by shape only, never fails an upgrade. */
  readonly identifiesNode: boolean;
  /** Where the block is: position in params, and path inside it (`["fromBlock","toBlock"]` of getLogs' filter). */
  readonly block: readonly BlockPosition[];
}

export interface BlockPosition {
  readonly param: number;
  /** Keys inside the parameter when the block is a field of an object. */
  readonly field?: string;
  /** The answer when the parameter is missing is the latest block. */
  readonly optional: boolean;
}

export const UNKNOWN_METHOD: MethodKnowledge = {
  safe: false,
  cost: "light",
  followsHead: false,
  identifiesNode: false,
  block: [],
};
