import type { Chain } from "../chain.ts";
import { COMMON_EXCUSES } from "../excuses.ts";
import { STACKS_ROUTES } from "./routes.ts";

/** The Stacks API's paths, and of the node's those that no other API is known to have. */
const ROUTE =
  /^[A-Z]+ \/(?:extended(?:\/|$)|rosetta\/v1\/|v2\/(?:info|pox|neighbors|accounts|contracts|data_var|constant_val|map_entry|fees|transactions|stackerdb|traits|clarity|prices|headers|attachments)(?:\/|$)|v3\/(?:blocks|tenures|sortitions|signer|stacker_set|transaction)(?:\/|$)|v1\/(?:names|namespaces|subdomains)(?:\/|$))/;

export const STACKS: Chain = {
  name: "stacks",
  wires: ["rest"],
  owns: (protocol, method) => protocol === "rest" && ROUTE.test(method),
  methods: STACKS_ROUTES,
  drifts: [],
  blockOfAnswer: null,
  unordered: [],
  maps: [
    { methods: "GET /extended/v1/tx/multiple", path: "" },
    { methods: "GET /extended/v2/smart-contracts/status", path: "" },
    { methods: "GET /extended/v1/address/*/balances", path: "/fungible_tokens" },
    { methods: "GET /extended/v1/address/*/balances", path: "/non_fungible_tokens" },
  ],
  bytes: [],
  fractions: [
    { methods: "*", path: "**/estimated_cost_scalar" },
    { methods: "*", path: "**/fee_rate" },
    { methods: "*", path: "**/cost_scalar_change_by_byte" },
  ],
  failingParts: [],
  nullable: new Set(["block_hash", "block_height", "canonical", "tx_result", "nonce_gap"]),
  enums: [
    {
      field: "tx_status",
      form: /^[a-z_]+$/,
      known: [
        "success",
        "pending",
        "abort_by_response",
        "abort_by_post_condition",
        "dropped_replace_by_fee",
        "dropped_replace_across_fork",
        "dropped_too_expensive",
        "dropped_stale_garbage_collect",
        "dropped_problematic",
      ],
      source: "Stacks API transaction status",
    },
    {
      field: "tx_type",
      form: /^[a-z_]+$/,
      known: [
        "token_transfer",
        "contract_call",
        "smart_contract",
        "poison_microblock",
        "coinbase",
        "tenure_change",
      ],
      source: "Stacks API transaction types",
    },
    {
      field: "epoch_id",
      form: /^Epoch\d/,
      known: [
        "Epoch10",
        "Epoch20",
        "Epoch2_05",
        "Epoch21",
        "Epoch22",
        "Epoch23",
        "Epoch24",
        "Epoch25",
        "Epoch30",
      ],
      source: "https://github.com/stacks-sbtc/sbtc/pull/1836",
    },
  ],
  excuses: COMMON_EXCUSES,
  matchedTexts: [],
};
