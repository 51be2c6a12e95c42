import type { ChainNodes } from "../chain-nodes.ts";

/** A service of no known chain: it is asked nothing but what a person allows, and nothing can be laid to its head. */
export const OTHER_NODES: ChainNodes = {
  name: "other",
  hello: null,
  network: async () => ({ chainId: "unknown", genesisHash: null }),
  version: async () => null,
  capabilities: async () => ({}),
  view: () => ({ head: async () => null, tagged: async () => null, at: async () => null }),
  maxLag: Infinity,
  namedBlock: null,
};
