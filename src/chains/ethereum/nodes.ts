import { field, parsed, rpcQuestion, rpcResult, type Ask } from "../ask.ts";
import type { Block, ChainView } from "../chain.ts";
import type { ChainNodes } from "../chain-nodes.ts";
import { ethereumCapabilities } from "./capabilities.ts";

/** How an Ethereum node is asked. */
export const ETHEREUM_NODES: ChainNodes = {
  name: "ethereum",
  hello: rpcQuestion("eth_chainId", []),
  async network(ask) {
    const outcome = await ask(rpcQuestion("eth_chainId", []));
    const id = field(parsed(outcome.body), ["result"]);
    if (typeof id !== "string" || !/^0x[0-9a-fA-F]+$/.test(id)) return null;
    const genesis = await ask(rpcQuestion("eth_getBlockByNumber", ["0x0", false]));
    const hash = field(parsed(genesis.body), ["result", "hash"]);
    return { chainId: BigInt(id).toString(), genesisHash: typeof hash === "string" ? hash : null };
  },
  async version(ask) {
    const version = await rpcResult(ask, "web3_clientVersion");
    return typeof version === "string" ? version : null;
  },
  capabilities: ethereumCapabilities,
  view: ethereumChain,
  // Two epochs: what is further back is final.
  maxLag: 64,
  namedBlock: /"(?:blockNumber|number)"\s*:\s*"(0x[0-9a-fA-F]{1,13})"/g,
};

/** Geth keeps the state of genesis always: an address of which nothing is in it. */
const NOBODY = "0x000000000000000000000000000000000000dead";
const HASH = /"(0x[0-9a-fA-F]{64})"/;

/** Ethereum's chain as one target shows it. */
function ethereumChain(ask: Ask): ChainView {
  const block = async (name: string): Promise<Block | null> => {
    const result = await rpcResult(ask, "eth_getBlockByNumber", [name, false]);
    const number = numberOf(field(result, ["number"]));
    const hash = field(result, ["hash"]);
    return typeof hash === "string" && number !== null ? { number, hash } : null;
  };
  return {
    head: () => block("latest"),
    tagged: block,
    at: (number) => block(hex(number)),
    holdsState: async (number) =>
      (await rpcResult(ask, "eth_getBalance", [NOBODY, hex(number)])) !== undefined,
    async place(request) {
      const hash = HASH.exec(request.toString("latin1"))?.[1];
      if (hash === undefined) return null;
      // A transaction's hash or a block's: which of them, the method's name does not always tell.
      const transaction = await rpcResult(ask, "eth_getTransactionByHash", [hash]);
      const mined = numberOf(field(transaction, ["blockNumber"]));
      if (mined !== null) return mined;
      return numberOf(field(await rpcResult(ask, "eth_getBlockByHash", [hash, false]), ["number"]));
    },
  };
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

function numberOf(text: unknown): number | null {
  const number = typeof text === "string" ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}
