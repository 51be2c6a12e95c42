import type { Chain } from "../chain.ts";
import { COMMON_EXCUSES } from "../excuses.ts";
import { BITCOIN_METHODS } from "./methods.ts";

/** Bitcoin Core's names are one lower-case word that begins with a verb. */
const NAME =
  /^(?:get|list|decode|create|send|sign|import|export|dump|estimate|validate|verify|submit|generate|combine|finalize|converttopsbt|join|analyze|utxoupdate|scan|test|prioritise|prune|preciousblock|invalidate|reconsider|walletcreate|wallet|wait|rescan|backup|encrypt|load|unload|lock|abandon|bump|key|derive|add|clear|disconnect|set|save|search|rebroadcast|notify|simulate|migrate|restore|upgrade)[a-z0-9]{3,}$/;

/** Amounts, fee rates and difficulties are decimals: JSON numbers of coins. */
const AMOUNTS = [
  "value",
  "fee",
  "fees/*",
  "amount",
  "difficulty",
  "feerate",
  "modifiedfee",
  "relayfee",
  "incrementalfee",
  "minrelaytxfee",
  "mempoolminfee",
  "incrementalrelayfee",
  "blockmintxfee",
  "total_fee",
  "total_amount",
  "balance",
  "verificationprogress",
  "progress",
  "networkhashps",
  "txrate",
  "pingtime",
  "minping",
  "paytxfee",
  "coinbasevalue",
];

export const BITCOIN: Chain = {
  name: "bitcoin",
  wires: ["json-rpc"],
  owns: (protocol, method) => protocol === "json-rpc" && NAME.test(method),
  methods: BITCOIN_METHODS,
  drifts: [],
  blockOfAnswer: null,
  unordered: [
    // Kept in hash tables (src/txmempool.cpp, src/node/txreconciliation.cpp).
    { methods: "getrawmempool", path: "/result" },
    { methods: "getmempoolancestors", path: "/result" },
    { methods: "getmempooldescendants", path: "/result" },
  ],
  maps: [],
  bytes: [],
  fractions: [
    ...AMOUNTS.map((field) => ({ methods: "*", path: `**/${field}` })),
    { methods: "getdifficulty", path: "/result" },
    { methods: "estimatefee", path: "/result" },
    { methods: "getnetworkhashps", path: "/result" },
  ],
  failingParts: ["testmempoolaccept", "submitpackage"],
  nullable: new Set(["error"]),
  enums: [
    {
      field: "type",
      form: /^[a-z_]+$/,
      known: [
        "nonstandard",
        "pubkey",
        "pubkeyhash",
        "scripthash",
        "multisig",
        "nulldata",
        "witness_v0_keyhash",
        "witness_v0_scripthash",
        "witness_v1_taproot",
        "witness_unknown",
        "anchor",
      ],
      source: "Bitcoin Core's GetTxnOutputType (src/script/solver.cpp)",
    },
  ],
  excuses: [
    {
      means: "syncing",
      codes: [-28],
      source: "RPC_IN_WARMUP, https://github.com/bitcoin/bitcoin/blob/master/src/rpc/protocol.h",
    },
    {
      means: "syncing",
      codes: [-10],
      source: "RPC_CLIENT_IN_INITIAL_DOWNLOAD, the same file",
    },
    {
      means: "syncing",
      words:
        /^(?:loading (?:block index|p2p addresses|banlist|wallet)|verifying blocks|rewinding blocks|replaying blocks|pruning blockstore|starting network threads|activating best chain|rescanning|rpc in warm-?up)/i,
      source: "https://github.com/bitcoin/bitcoin/blob/master/src/init.cpp",
    },
    {
      means: "state-lost",
      words: /block not available \((?:pruned data|not fully downloaded)\)|pruned data/i,
      source: "https://github.com/bitcoin/bitcoin/blob/master/src/rpc/blockchain.cpp",
    },
    ...COMMON_EXCUSES,
  ],
  matchedTexts: [
    "insufficient fee",
    "bad-txns-inputs-missingorspent",
    "txn-already-in-mempool",
    "txn-already-known",
    "txn-mempool-conflict",
    "missing inputs",
    "transaction already in block chain",
    "outputs already in utxo set",
    "min relay fee not met",
    "mempool min fee not met",
    "too-long-mempool-chain",
    "non-bip68-final",
    "no such mempool or blockchain transaction",
    "block not found",
    "block height out of range",
  ].map((text) => ({
    text,
    by: "btcwallet, lnd, electrs",
    source: "https://github.com/btcsuite/btcd/blob/master/rpcclient/errors.go",
  })),
};
