import { field, rpcQuestion, rpcResult, type Ask } from "../ask.ts";
import type { Block, ChainView } from "../chain.ts";
import type { ChainNodes } from "../chain-nodes.ts";

/** How a node that speaks as Bitcoin Core does is asked: Core itself, btcd, the forks. */
export const BITCOIN_NODES: ChainNodes = {
  name: "bitcoin",
  hello: rpcQuestion("getblockcount", []),
  async network(ask) {
    const chain = field(await rpcResult(ask, "getblockchaininfo"), ["chain"]);
    if (typeof chain !== "string") return null;
    const genesis = await rpcResult(ask, "getblockhash", [0]);
    return { chainId: chain, genesisHash: typeof genesis === "string" ? genesis : null };
  },
  async version(ask) {
    const subversion = field(await rpcResult(ask, "getnetworkinfo"), ["subversion"]);
    if (typeof subversion === "string") return subversion.replaceAll("/", "");
    // btcd has no getnetworkinfo: its getinfo gives 230400 for 0.23.4.
    const version = field(await rpcResult(ask, "getinfo"), ["version"]);
    return typeof version === "number" ? `version ${version}` : null;
  },
  async capabilities(ask) {
    const info = await rpcResult(ask, "getblockchaininfo");
    const pruned = field(info, ["pruned"]) === true;
    return {
      head: numberOr(field(info, ["blocks"]), null),
      syncing: field(info, ["initialblockdownload"]) === true,
      pruned,
      oldestBlock: pruned ? numberOr(field(info, ["pruneheight"]), null) : 0,
      txindex: field(await rpcResult(ask, "getindexinfo"), ["txindex", "synced"]) === true,
    };
  },
  view: bitcoinChain,
  // As many blocks as a payment is commonly given before it counts.
  maxLag: 6,
  namedBlock: /"height"\s*:\s*(\d{1,9})\b/g,
};

const HASH = /"([0-9a-fA-F]{64})"/;

function bitcoinChain(ask: Ask): ChainView {
  const heightOf = async (hash: unknown): Promise<number | null> =>
    typeof hash === "string"
      ? numberOr(field(await rpcResult(ask, "getblockheader", [hash, true]), ["height"]), null)
      : null;
  return {
    async head(): Promise<Block | null> {
      const info = await rpcResult(ask, "getblockchaininfo");
      const number = numberOr(field(info, ["blocks"]), null);
      const hash = field(info, ["bestblockhash"]);
      return number !== null && typeof hash === "string" ? { number, hash } : null;
    },
    tagged: async () => null,
    async at(number) {
      const hash = await rpcResult(ask, "getblockhash", [number]);
      return typeof hash === "string" ? { number, hash } : null;
    },
    async place(request) {
      const hash = HASH.exec(request.toString("latin1"))?.[1];
      if (hash === undefined) return null;
      const height = await heightOf(hash);
      if (height !== null) return height;
      // The number 1 and not true: older versions of Core and btcd take nothing else.
      return heightOf(field(await rpcResult(ask, "getrawtransaction", [hash, 1]), ["blockhash"]));
    },
  };
}

function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === "number" ? value : otherwise;
}
