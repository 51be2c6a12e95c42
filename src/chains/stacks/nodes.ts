import type { Outcome } from "../../model/pair.ts";
import { field, parsed, type Ask } from "../ask.ts";
import type { Block, ChainView } from "../chain.ts";
import type { ChainNodes } from "../chain-nodes.ts";
import { STACKS_TIP } from "./routes.ts";

/** How a Stacks API, or a Stacks node alone, is asked. */
export const STACKS_NODES: ChainNodes = {
  name: "stacks",
  hello: get(STACKS_TIP.network),
  async network(ask) {
    const id = field(read(await ask(get(STACKS_TIP.network))), ["network_id"]);
    if (typeof id === "number") return { chainId: String(id), genesisHash: null };
    // An API whose node is down still has its own tip.
    const known = (await stacksChain(ask).head()) !== null;
    return known ? { chainId: "unknown", genesisHash: null } : null;
  },
  async version(ask) {
    const api = field(read(await ask(get(STACKS_TIP.path))), ["server_version"]);
    if (typeof api === "string") return api;
    const node = field(read(await ask(get(STACKS_TIP.network))), ["server_version"]);
    return typeof node === "string" ? node : null;
  },
  capabilities: async (ask) => ({ head: (await stacksChain(ask).head())?.number ?? null }),
  view: stacksChain,
  maxLag: 64,
  namedBlock: /"(?:block_height|stacks_height)"\s*:\s*(\d{1,12})\b/g,
};

function get(path: string): {
  readonly verb: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: null;
} {
  return { verb: "GET", path, headers: {}, body: null };
}

function read(outcome: Outcome): unknown {
  return outcome.kind === "reply" ? parsed(outcome.body) : undefined;
}

/** The API's tip, or that of the node itself where no API stands before it. */
function stacksChain(ask: Ask): ChainView {
  return {
    async head(): Promise<Block | null> {
      const status = read(await ask(get(STACKS_TIP.path)));
      const api = blockOf(field(status, STACKS_TIP.height), field(status, STACKS_TIP.hash));
      if (api !== null) return api;
      const info = read(await ask(get(STACKS_TIP.network)));
      return blockOf(field(info, ["stacks_tip_height"]), field(info, ["stacks_tip"]));
    },
    tagged: async () => null,
    async at(number) {
      const block = read(await ask(get(`${STACKS_TIP.block}${number}`)));
      return blockOf(number, field(block, ["index_block_hash"]));
    },
  };
}

function blockOf(number: unknown, hash: unknown): Block | null {
  return typeof number === "number" && typeof hash === "string" ? { number, hash } : null;
}
