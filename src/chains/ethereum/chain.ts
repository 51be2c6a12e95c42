import { field, rpcResult, type Ask } from "../ask.ts";
import type { Block, ChainView } from "../chain.ts";

/** Ethereum's chain as one target shows it. */
export function ethereumChain(ask: Ask): ChainView {
  const block = async (name: string): Promise<Block | null> => {
    const result = await rpcResult(ask, "eth_getBlockByNumber", [name, false]);
    const number = Number(field(result, ["number"]) ?? NaN);
    const hash = field(result, ["hash"]);
    return typeof hash === "string" && Number.isSafeInteger(number) ? { number, hash } : null;
  };
  return {
    head: () => block("latest"),
    tagged: block,
    at: (number) => block(`0x${number.toString(16)}`),
  };
}
