import { UNKNOWN_METHOD, type MethodKnowledge } from "../knowledge.ts";

/** What is known of one REST route beside its method's knowledge. */
export interface RouteKnowledge extends MethodKnowledge {
  /** Query parameter that pins the route to a block, as `/v2` takes `?tip=`. */
  readonly pin: string | null;
}

function read(row: Partial<RouteKnowledge> = {}): RouteKnowledge {
  return { ...UNKNOWN_METHOD, safe: true, pin: null, ...row };
}

/** A read of the state at the tip, which `?tip=` holds still. */
const STATE = { pin: "tip", state: true } as const;

/**
 * Routes of the Stacks API that need more than "a safe verb reads". Others (GET, HEAD, OPTIONS) are light reads whose answer
 * moves with the tip. Sources: the API's OpenAPI file and stacks-core docs/rpc-endpoints.
 */
export const STACKS_ROUTES: Readonly<Record<string, RouteKnowledge>> = {
  "GET /extended/v1/status": read({ identifiesNode: true, followsHead: true }),
  "GET /extended": read({ identifiesNode: true, followsHead: true }),
  "GET /v2/info": read({ identifiesNode: true, followsHead: true }),
  "GET /v2/pox": read({ ...STATE, followsHead: true }),
  "GET /v2/neighbors": read({ identifiesNode: true }),
  "GET /v2/fees/transfer": read({ followsHead: true }),
  "GET /v2/accounts/{principal}": read(STATE),
  "GET /v2/contracts/interface/{contract_address}/{contract_name}": read(STATE),
  "GET /v2/contracts/source/{contract_address}/{contract_name}": read(STATE),
  "GET /v2/data_var/{contract_address}/{contract_name}/{var_name}": read(STATE),
  "POST /v2/map_entry/{contract_address}/{contract_name}/{map_name}": read(STATE),
  "POST /v2/contracts/call-read/{contract_address}/{contract_name}/{function_name}": read(STATE),
  "POST /v2/fees/transaction": read({ followsHead: true }),
  "GET /extended/v1/tx/mempool": read({ followsHead: true, mempool: true }),
  "GET /extended/v1/tx": read({ followsHead: true }),
  "GET /extended/v1/block": read({ followsHead: true }),
  "GET /extended/v2/blocks": read({ followsHead: true }),
};

/** Where the tip is read, and which response headers follow it: data of the Stacks API. */
export const STACKS_TIP = {
  path: "/extended/v1/status",
  height: ["chain_tip", "block_height"],
  hash: ["chain_tip", "index_block_hash"],
  network: "/v2/info",
  /** A block by its height. */
  block: "/extended/v2/blocks/",
  /** Headers whose value follows the tip: compared by presence only. */
  followingHeaders: ["etag", "last-modified", "age", "x-api-version"],
} as const;
