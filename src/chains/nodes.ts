import type { ChainName } from "../model/exchange.ts";
import type { Ask } from "./ask.ts";
import { BITCOIN_NODES } from "./bitcoin/nodes.ts";
import type { ChainNodes } from "./chain-nodes.ts";
import { ETHEREUM_NODES } from "./ethereum/nodes.ts";
import { OTHER_NODES } from "./other/nodes.ts";
import { SOLANA_NODES } from "./solana/nodes.ts";
import { STACKS_NODES } from "./stacks/nodes.ts";

/** In the order in which an unknown node is tried; `other` is last and takes any. */
const NODES: readonly ChainNodes[] = [
  ETHEREUM_NODES,
  BITCOIN_NODES,
  SOLANA_NODES,
  STACKS_NODES,
  OTHER_NODES,
];

export function nodesOf(chain: ChainName): ChainNodes {
  return NODES.find(({ name }) => name === chain) ?? OTHER_NODES;
}

/** Finds out which chain a node is of by asking it: `other` where it knows none of the questions. */
export async function chainOfNode(ask: Ask): Promise<ChainNodes> {
  for (const nodes of NODES) if ((await nodes.network(ask)) !== null) return nodes;
  return OTHER_NODES;
}
