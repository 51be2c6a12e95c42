import { field, rpcQuestion, rpcResult, type Ask } from "../ask.ts";
import type { ChainView } from "../chain.ts";
import type { ChainNodes } from "../chain-nodes.ts";

/** Genesis hashes of the public clusters: https://docs.anza.xyz/clusters/available. */
const CLUSTERS: Readonly<Record<string, string>> = {
  "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d": "mainnet-beta",
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: "devnet",
  "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY": "testnet",
};

/** How a Solana RPC node is asked. */
export const SOLANA_NODES: ChainNodes = {
  name: "solana",
  hello: rpcQuestion("getHealth", []),
  async network(ask) {
    const genesis = await rpcResult(ask, "getGenesisHash");
    if (typeof genesis !== "string") return null;
    const named = Object.hasOwn(CLUSTERS, genesis) ? CLUSTERS[genesis] : undefined;
    return { chainId: named ?? genesis, genesisHash: genesis };
  },
  async version(ask) {
    const version = field(await rpcResult(ask, "getVersion"), ["solana-core"]);
    return typeof version === "string" ? version : null;
  },
  async capabilities(ask) {
    const head = await solanaChain(ask).head();
    const oldest = await rpcResult(ask, "getFirstAvailableBlock");
    return {
      head: head?.number ?? null,
      healthy: (await rpcResult(ask, "getHealth")) === "ok",
      oldestBlock: typeof oldest === "number" ? oldest : null,
    };
  },
  view: solanaChain,
  // A node that is this far behind calls itself unhealthy: --health-check-slot-distance of agave.
  maxLag: 128,
  namedBlock: null,
};

/** Solana's chain by its slots: no method takes one to hold an answer still, and some slots have no block. */
function solanaChain(ask: Ask): ChainView {
  return {
    async head() {
      const latest = await rpcResult(ask, "getLatestBlockhash", [{ commitment: "confirmed" }]);
      const number = field(latest, ["context", "slot"]);
      const hash = field(latest, ["value", "blockhash"]);
      return typeof number === "number" && typeof hash === "string" ? { number, hash } : null;
    },
    tagged: async () => null,
    async at(number) {
      const block = await rpcResult(ask, "getBlock", [
        number,
        { transactionDetails: "none", rewards: false, maxSupportedTransactionVersion: 0 },
      ]);
      const hash = field(block, ["blockhash"]);
      return typeof hash === "string" ? { number, hash } : null;
    },
  };
}
