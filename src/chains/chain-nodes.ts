import type { ChainName } from "../model/exchange.ts";
import type { JsonObject } from "../model/json.ts";
import type { Network } from "../model/run.ts";
import type { Ask } from "./ask.ts";
import type { ChainView, Question } from "./chain.ts";

/**
 * How the nodes of a chain are asked about their chain and about themselves. What is known of a chain's methods and answers
 * is data.ts beside it. Nothing here changes a node.
 */
export interface ChainNodes {
  readonly name: ChainName;
  /** What any node answers at once, to open a connection with; null where no such question is known. */
  readonly hello: Question | null;
  /** The network that a node says it is of, or null where what answers is no node of this chain. */
  network(ask: Ask): Promise<Network | null>;
  /** Client and version, or null. */
  version(ask: Ask): Promise<string | null>;
  /** What it can do and how it stands, by stable keys: `head`, `oldestState`, `syncing`, and the chain's own. */
  capabilities(ask: Ask): Promise<JsonObject>;
  view(ask: Ask): ChainView;
  /** Blocks by which a side may stay behind the other before the run ends. */
  readonly maxLag: number;
  /** Finds the number of a block that an answer names, as group 1; null where none does. */
  readonly namedBlock: RegExp | null;
}
