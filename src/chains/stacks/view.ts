import { field, parsed, type Ask } from "../ask.ts";
import type { Block, ChainView } from "../chain.ts";
import { STACKS_TIP } from "./routes.ts";

/** A REST API's tip, where it has one as the Stacks API does. Blocks below the tip are not looked up. */
export function restChain(ask: Ask): ChainView {
  const tip = async (): Promise<Block | null> => {
    const outcome = await ask({ verb: "GET", path: STACKS_TIP.path, headers: {}, body: null });
    const status = outcome.kind === "reply" ? parsed(outcome.body) : undefined;
    const number = field(status, STACKS_TIP.height);
    const hash = field(status, STACKS_TIP.hash);
    return typeof number === "number" && typeof hash === "string" ? { number, hash } : null;
  };
  return {
    head: tip,
    tagged: async () => null,
    async at(number) {
      const outcome = await ask({
        verb: "GET",
        path: `${STACKS_TIP.block}${number}`,
        headers: {},
        body: null,
      });
      const block = outcome.kind === "reply" ? parsed(outcome.body) : undefined;
      const hash = field(block, ["index_block_hash"]);
      return typeof hash === "string" ? { number, hash } : null;
    },
  };
}
