import type { Drift, MethodKnowledge } from "../knowledge.ts";
import { UNKNOWN_METHOD } from "../knowledge.ts";
import { orNull } from "../rows.ts";

function read(row: Partial<MethodKnowledge> = {}): MethodKnowledge {
  return { ...UNKNOWN_METHOD, safe: true, ...row };
}

function at(why: Drift["why"], ...paths: readonly string[]): Drift[] {
  return paths.map((path) => ({ path, why }));
}

/** A read of the state at the tip, which `?tip=` holds still. */
const STATE = { pin: "tip", state: true } as const;

/** A page of what the chain holds so far: new items come in front, and their number only grows. */
function page(list = "/results"): Partial<MethodKnowledge> {
  return {
    followsHead: true,
    drifts: [
      { path: list, why: "head", items: true },
      { path: "/total", why: "head", ratio: 1.5 },
      ...at("head", "/cursor"),
      // Null at either end.
      ...orNull(at("head", "/next_cursor", "/prev_cursor")),
    ],
  };
}

/** A page of what waits in this node's mempool. */
const MEMPOOL = {
  followsHead: true,
  mempool: true,
  drifts: [
    { path: "/results", why: "mempool", items: true },
    { path: "/total", why: "mempool" },
  ],
} as const satisfies Partial<MethodKnowledge>;

/** The newest block, whichever that is. */
const NEWEST = { followsHead: true, drifts: at("head", "/**") } as const;

/** Balances and their like: they move with each block, and their keys are assets. */
const BALANCE = { followsHead: true, drifts: at("head", "/**") } as const;

/** Where the API says of itself and its tip. */
const STATUS = {
  followsHead: true,
  drifts: [...at("node", "/server_version"), ...at("head", "/chain_tip/**")],
} as const;

/**
 * Routes of the Stacks node and of the Stacks API, so that each is one method whatever name, hash or height stands in it.
 * Those that say nothing more are light reads whose values do not drift. Sources: the API's openapi.yaml and stacks-core
 * docs/rpc/openapi.yaml.
 */
export const STACKS_ROUTES: Readonly<Record<string, MethodKnowledge>> = {
  // The node's own.
  "GET /v2/info": read({
    followsHead: true,
    drifts: [
      ...at(
        "node",
        "/server_version",
        "/peer_version",
        "/node_public_key",
        "/node_public_key_hash",
      ),
      ...at("node", "/affirmations/**"),
      ...orNull(at("node", "/exit_at_block_height", "/unanchored_tip", "/unanchored_seq")),
      { path: "/stackerdbs", why: "node", items: true },
      ...at("head", "/stacks_tip", "/stacks_tip_height", "/stacks_tip_consensus_hash"),
      ...at("head", "/burn_block_height", "/stable_burn_block_height", "/pox_consensus"),
      ...at("head", "/stable_pox_consensus", "/tenure_height", "/last_pox_anchor/**"),
      ...at("head", "/is_fully_synced"),
    ],
  }),
  "GET /v2/pox": read({
    ...STATE,
    followsHead: true,
    drifts: [
      ...at("head", "/current_burnchain_block_height", "/reward_cycle_id", "/current_cycle/**"),
      ...at("head", "/next_cycle/**", "/total_liquid_supply_ustx", "/next_reward_cycle_in"),
      ...at("head", "/rejection_votes_left_required", "/min_amount_ustx"),
      ...at("head", "/pox_activation_threshold_ustx"),
    ],
  }),
  "GET /v2/neighbors": read({
    drifts: [
      ...["/sample", "/inbound", "/outbound", "/bootstrap"].map((path): Drift => ({
        path,
        why: "node",
        items: true,
      })),
      ...at("node", "/**"),
    ],
  }),
  "GET /v2/health": read({ followsHead: true, drifts: at("head", "/**") }),
  "GET /v2/fees/transfer": read({ followsHead: true, drifts: at("mempool", "") }),
  "POST /v2/fees/transaction": read({
    followsHead: true,
    drifts: at(
      "mempool",
      "/estimations/**",
      "/estimated_cost_scalar",
      "/cost_scalar_change_by_byte",
    ),
  }),
  "GET /v2/accounts/{principal}": read(STATE),
  "GET /v2/constant_val/{contract_address}/{contract_name}/{constant_name}": read(STATE),
  "GET /v2/contracts/interface/{contract_address}/{contract_name}": read(STATE),
  "GET /v2/contracts/source/{contract_address}/{contract_name}": read(STATE),
  "GET /v2/data_var/{contract_address}/{contract_name}/{var_name}": read(STATE),
  "GET /v2/clarity/marf/{marf_key_hash}": read(STATE),
  "GET /v2/clarity/metadata/{contract_address}/{contract_name}/{metadata_key}": read(STATE),
  "GET /v2/traits/{contract_address}/{contract_name}/{trait_contract_address}/{trait_contract_name}/{trait_name}":
    read(STATE),
  "POST /v2/map_entry/{contract_address}/{contract_name}/{map_name}": read(STATE),
  "POST /v2/contracts/call-read/{contract_address}/{contract_name}/{function_name}": read(STATE),
  "POST /v2/contracts/fast-call-read/{contract_address}/{contract_name}/{function_name}":
    read(STATE),
  "POST /v2/transactions": { ...UNKNOWN_METHOD, writes: true },
  "GET /v2/transactions/unconfirmed/{tx_id}": read({ followsHead: true, mempool: true }),
  "GET /v2/blocks/{block_hash}": read(),
  "GET /v2/headers/{count}": read({
    followsHead: true,
    drifts: [{ path: "", why: "head", items: true }],
  }),
  "GET /v2/stackerdb/{contract_address}/{contract_name}": read(),
  "GET /v2/stackerdb/{contract_address}/{contract_name}/{slot_id}": read(),
  "GET /v2/stackerdb/{contract_address}/{contract_name}/replicas": read(),
  "GET /v2/microblocks/{microblock_hash}": read(),
  "GET /v2/attachments/{hash}": read(),
  "GET /v3/blocks/{block_id}": read(),
  "GET /v3/blocks/height/{block_height}": read(),
  "GET /v3/sortitions": read(NEWEST),
  "GET /v3/sortitions/{lookup_kind}": read(NEWEST),
  "GET /v3/sortitions/{lookup_kind}/{lookup}": read(),
  "GET /v3/tenures/{block_id}": read(),
  "GET /v3/tenures/info": read({ followsHead: true, drifts: at("head", "/**") }),
  "GET /v3/tenures/fork_info/{start}/{stop}": read(),
  "GET /v3/tenures/blocks/{consensus_hash}": read(),
  "GET /v3/tenures/blocks/hash/{burn_block_hash}": read(),
  "GET /v3/tenures/blocks/height/{burn_block_height}": read(),
  "GET /v3/tenures/tip_metadata/{consensus_hash}": read({
    followsHead: true,
    drifts: at("head", "/**"),
  }),
  "GET /v3/tenures/tip/{consensus_hash}": read({ followsHead: true, drifts: at("head", "/**") }),
  "GET /v3/stacker_set/{cycle_number}": read(),
  "GET /v3/signer/{signer}/{cycle_number}": read(),
  "GET /v3/transaction/{tx_id}": read(),
  "GET /v3/health": read({ followsHead: true, drifts: at("head", "/**") }),

  // The API's.
  "GET /extended": read(STATUS),
  "GET /extended/v1": read(STATUS),
  "GET /extended/v1/status": read(STATUS),
  "GET /extended/v2": read(STATUS),
  "GET /extended/v1/tx": read(page()),
  "GET /extended/v1/tx/mempool": read(MEMPOOL),
  "GET /extended/v1/tx/mempool/dropped": read(MEMPOOL),
  "GET /extended/v1/tx/mempool/stats": read({ ...MEMPOOL, drifts: at("mempool", "/**") }),
  "GET /extended/v1/tx/multiple": read(),
  "GET /extended/v1/tx/events": read(),
  "GET /extended/v1/tx/{tx_id}": read(),
  "GET /extended/v1/tx/{tx_id}/raw": read(),
  "GET /extended/v1/tx/block/{block_hash}": read(),
  "GET /extended/v1/tx/block_height/{height}": read(),
  "GET /extended/v1/block": read(page()),
  "GET /extended/v1/block/{hash}": read(),
  "GET /extended/v1/block/by_height/{height}": read(),
  "GET /extended/v1/block/by_burn_block_hash/{burn_block_hash}": read(),
  "GET /extended/v1/block/by_burn_block_height/{burn_block_height}": read(),
  "GET /extended/v1/microblock": read(page()),
  "GET /extended/v1/microblock/{hash}": read(),
  "GET /extended/v1/microblock/unanchored/txs": read(MEMPOOL),
  "GET /extended/v1/burnchain/rewards": read(page()),
  "GET /extended/v1/burnchain/rewards/{address}": read(page()),
  "GET /extended/v1/burnchain/rewards/{address}/total": read({
    followsHead: true,
    drifts: at("head", "/reward_amount"),
  }),
  "GET /extended/v1/burnchain/reward_slot_holders": read(page()),
  "GET /extended/v1/burnchain/reward_slot_holders/{address}": read(page()),
  "GET /extended/v1/contract/{contract_id}": read(),
  "GET /extended/v1/contract/by_trait": read(page()),
  "GET /extended/v1/contract/{contract_id}/events": read(page()),
  "GET /extended/v1/address/{principal}/stx": read(BALANCE),
  "GET /extended/v1/address/{principal}/balances": read(BALANCE),
  "GET /extended/v1/address/{principal}/transactions": read(page()),
  "GET /extended/v1/address/{principal}/transactions_with_transfers": read(page()),
  "GET /extended/v1/address/{principal}/{tx_id}/with_transfers": read(),
  "GET /extended/v1/address/{principal}/assets": read(page()),
  "GET /extended/v1/address/{principal}/stx_inbound": read(page()),
  "GET /extended/v1/address/{principal}/nft_events": read(page("/nft_events")),
  "GET /extended/v1/address/{principal}/mempool": read(MEMPOOL),
  "GET /extended/v1/address/{principal}/nonces": read({
    followsHead: true,
    mempool: true,
    drifts: [
      ...at("mempool", "/possible_next_nonce"),
      // Null of an account that has sent nothing, or has nothing waiting.
      ...orNull(at("mempool", "/last_mempool_tx_nonce", "/last_executed_tx_nonce")),
      { path: "/detected_missing_nonces", why: "mempool", items: true },
      { path: "/detected_mempool_nonces", why: "mempool", items: true },
    ],
  }),
  "GET /extended/v1/tokens/nft/holdings": read(page()),
  "GET /extended/v1/tokens/nft/history": read(page()),
  "GET /extended/v1/tokens/nft/mints": read(page()),
  "GET /extended/v1/tokens/ft/{token}/holders": read(page()),
  "GET /extended/v1/tokens/{contract_id}/nft/metadata": read(),
  "GET /extended/v1/tokens/{contract_id}/ft/metadata": read(),
  "GET /extended/v1/tokens/nft/metadata": read(page()),
  "GET /extended/v1/tokens/ft/metadata": read(page()),
  "GET /extended/v1/search/{id}": read(),
  "GET /extended/v1/stx_supply": read(BALANCE),
  "GET /extended/v1/stx_supply/total/plain": read({ followsHead: true, drifts: at("head", "") }),
  "GET /extended/v1/stx_supply/circulating/plain": read({
    followsHead: true,
    drifts: at("head", ""),
  }),
  "GET /extended/v1/stx_supply/legacy_format": read(BALANCE),
  "GET /extended/v1/fee_rate": read({ followsHead: true, drifts: at("mempool", "/fee_rate") }),
  "POST /extended/v1/fee_rate": read({ followsHead: true, drifts: at("mempool", "/fee_rate") }),
  "GET /extended/v1/info/network_block_times": read(),
  "GET /extended/v1/info/network_block_time/{network}": read(),
  "GET /extended/v1/pox2/events": read(page()),
  "GET /extended/v1/pox2/events/tx/{tx_id}": read(),
  "GET /extended/v1/pox2/stacker/{principal}": read(page()),
  "GET /extended/v1/{pox}/events": read(page()),
  "GET /extended/v1/{pox}/events/tx/{tx_id}": read(),
  "GET /extended/v1/{pox}/stacker/{principal}": read(page()),
  "GET /extended/v1/{pox}/{pool_principal}/delegations": read(page()),
  "GET /extended/v1/faucets/status": read(),
  "POST /extended/v1/faucets/btc": { ...UNKNOWN_METHOD, writes: true },
  "POST /extended/v1/faucets/stx": { ...UNKNOWN_METHOD, writes: true },
  "GET /extended/v2/blocks": read(page()),
  "GET /extended/v2/blocks/average-times": read(BALANCE),
  "GET /extended/v2/blocks/{height_or_hash}": read(),
  "GET /extended/v2/blocks/{height_or_hash}/transactions": read(),
  "GET /extended/v2/blocks/{height_or_hash}/signer-signatures": read(),
  "GET /extended/v2/block-tenures/{tenure_height}/blocks": read(page()),
  "GET /extended/v2/burn-blocks": read(page()),
  "GET /extended/v2/burn-blocks/{height_or_hash}": read(),
  "GET /extended/v2/burn-blocks/{height_or_hash}/blocks": read(),
  "GET /extended/v2/smart-contracts/status": read(),
  "GET /extended/v2/mempool/fees": read({ ...MEMPOOL, drifts: at("mempool", "/**") }),
  "GET /extended/v2/addresses/{address}/transactions": read(page()),
  "GET /extended/v2/addresses/{address}/transactions/{tx_id}/events": read(),
  "GET /extended/v2/addresses/{address}/balances/stx": read(BALANCE),
  "GET /extended/v2/addresses/{address}/balances/ft": read(BALANCE),
  "GET /extended/v2/addresses/{address}/balances/ft/{token}": read(BALANCE),
  "GET /extended/v2/pox/cycles": read(page()),
  "GET /extended/v2/pox/cycles/{cycle_number}": read(),
  "GET /extended/v2/pox/cycles/{cycle_number}/signers": read(),
  "GET /extended/v2/pox/cycles/{cycle_number}/signers/{signer_key}": read(),
  "GET /extended/v2/pox/cycles/{cycle_number}/signers/{signer_key}/stackers": read(),
  "GET /extended/beta/stacking/{principal}": read(BALANCE),

  // Names.
  "GET /v1/names": read({ followsHead: true }),
  "GET /v1/names/{name}": read(),
  "GET /v1/names/{name}/subdomains": read(),
  "GET /v1/names/{name}/zonefile": read(),
  "GET /v1/names/{name}/zonefile/{zoneFileHash}": read(),
  "GET /v1/names/{name}/history": read(),
  "GET /v1/namespaces": read(),
  "GET /v1/namespaces/{tld}/names": read({ followsHead: true }),
  "GET /v1/addresses/{blockchain}/{address}": read(),
  "GET /v1/subdomains": read({ followsHead: true }),
  "GET /v2/prices/names/{name}": read(),
  "GET /v2/prices/namespaces/{tld}": read(),

  // Rosetta: every question is a POST, and none changes anything but two.
  "POST /rosetta/v1/network/list": read(),
  "POST /rosetta/v1/network/status": read({ followsHead: true, drifts: at("head", "/**") }),
  "POST /rosetta/v1/network/options": read({ drifts: at("node", "/version/**") }),
  "POST /rosetta/v1/account/balance": read({ followsHead: true }),
  "POST /rosetta/v1/block": read(),
  "POST /rosetta/v1/block/transaction": read(),
  "POST /rosetta/v1/mempool": read({
    followsHead: true,
    mempool: true,
    drifts: [{ path: "/transaction_identifiers", why: "mempool", items: true }],
  }),
  "POST /rosetta/v1/mempool/transaction": read({ followsHead: true, mempool: true }),
  "POST /rosetta/v1/construction/derive": read(),
  "POST /rosetta/v1/construction/hash": read(),
  "POST /rosetta/v1/construction/parse": read(),
  "POST /rosetta/v1/construction/submit": { ...UNKNOWN_METHOD, writes: true },
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
