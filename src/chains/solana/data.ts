import type { Chain } from "../chain.ts";
import { COMMON_EXCUSES } from "../excuses.ts";
import { SOLANA_METHODS } from "./methods.ts";

const CODES = "https://github.com/anza-xyz/agave/blob/master/rpc-client-api/src/custom_error.rs";

export const SOLANA: Chain = {
  name: "solana",
  wires: ["json-rpc"],
  owns: (protocol, method) =>
    protocol === "json-rpc" &&
    (/^get[A-Z]\w+$/.test(method) || /^[a-z]+(?:Subscribe|Unsubscribe|Notification)$/.test(method)),
  methods: SOLANA_METHODS,
  drifts: [
    { path: "/result/context/slot", why: "head" },
    // Since 1.10 each answer with a context names the version of the node that gave it.
    { path: "/result/context/apiVersion", why: "node" },
  ],
  blockOfAnswer: "/result/context/slot",
  unordered: [
    { methods: "getProgramAccounts", path: "/result" },
    { methods: "getProgramAccounts", path: "/result/value" },
    { methods: "getTokenAccountsBy*", path: "/result/value" },
    { methods: "getClusterNodes", path: "/result" },
    { methods: "getVoteAccounts", path: "/result/*" },
  ],
  maps: [
    { methods: "getBlockProduction", path: "/result/value/byIdentity" },
    { methods: "getLeaderSchedule", path: "/result" },
  ],
  bytes: [],
  fractions: [
    { methods: "*", path: "**/uiAmount" },
    { methods: "getInflation*", path: "/result/*" },
  ],
  failingParts: [],
  nullable: new Set([
    "blockTime",
    "blockHeight",
    "confirmations",
    "err",
    "memo",
    "uiAmount",
    // Of a node in gossip, what it does not tell.
    "gossip",
    "tpu",
    "tpuQuic",
    "tpuForwards",
    "tvu",
    "serveRepair",
    "rpc",
    "pubsub",
    "version",
    "featureSet",
    "shredVersion",
  ]),
  enums: [
    {
      field: "confirmationStatus",
      form: /^[a-z]+$/,
      known: ["processed", "confirmed", "finalized"],
      source: "https://solana.com/docs/rpc#configuring-state-commitment",
    },
  ],
  excuses: [
    { means: "node-behind", codes: [-32005], words: /behind|unhealthy/i, source: CODES },
    { means: "node-behind", codes: [-32016], words: /context slot/i, source: CODES },
    { means: "node-behind", codes: [-32004], words: /not available for slot/i, source: CODES },
    { means: "node-behind", codes: [-32014], source: `${CODES} (BLOCK_STATUS_NOT_AVAILABLE_YET)` },
    { means: "node-behind", words: /^node is (?:behind|unhealthy)/i, source: CODES },
    { means: "state-lost", codes: [-32001], source: `${CODES} (BLOCK_CLEANED_UP)` },
    {
      means: "state-lost",
      codes: [-32011],
      source: `${CODES} (TRANSACTION_HISTORY_NOT_AVAILABLE)`,
    },
    { means: "state-lost", codes: [-32019], source: `${CODES} (LONG_TERM_STORAGE_UNREACHABLE)` },
    ...COMMON_EXCUSES,
  ],
  matchedTexts: [
    "blockhash not found",
    "already been processed",
    "custom program error",
    "insufficient funds",
  ].map((text) => ({
    text,
    by: "web3.js, Anchor",
    source:
      "https://github.com/solana-foundation/solana-web3.js/blob/maintenance/v1.x/src/errors.ts",
  })),
};
