import { field, rpcResult, type Ask } from "../ask.ts";
import type { Block, ChainView } from "../chain.ts";

/** Geth keeps the state of genesis always: an address of which nothing is in it. */
const NOBODY = "0x000000000000000000000000000000000000dead";
const HASH = /"(0x[0-9a-fA-F]{64})"/;

/** Ethereum's chain as one target shows it. */
export function ethereumChain(ask: Ask): ChainView {
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
