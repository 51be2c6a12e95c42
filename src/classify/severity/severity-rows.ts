import type { Kind, Severity } from "../../model/kinds.ts";

/** One place where a kind matters more, or less, than it does by default. A row matches when all that it names does. */
export interface SeverityRow {
  readonly kinds: readonly Kind[];
  /** Globs; left out where any will do. */
  readonly methods?: readonly string[];
  readonly paths?: readonly string[];
  /** One of these was in old's value and is not in candidate's, whatever the case of letters. */
  readonly lost?: readonly string[];
  /** Old's value holds one of these. */
  readonly oldHolds?: readonly string[];
  /** What changed from old's value to candidate's, in one of the calls. */
  readonly changes?: "revert-reason" | "hex-form" | "to-null" | "list-to-null";
  readonly severity: Severity;
  readonly why: string;
  readonly source: string;
}

/** Calls whose revert is an answer of the contract. */
const CALLS = ["eth_call", "eth_estimateGas", "eth_createAccessList"];

/** Everything that lists what one block holds. */
const BLOCK_LISTS = [
  "eth_getLogs",
  "eth_getFilterLogs",
  "eth_getFilterChanges",
  "eth_getBlock*",
  "eth_getTransactionReceipt",
  "erigon_getLogs*",
  "ots_*",
  "trace_*",
  "debug_trace*",
];

/** A list as a whole, where its order is meant, and its items. */
function atList(field: string): string[] {
  return [`**/${field}`, `**/${field}/*`];
}

/** Lists whose items are fixed by the question, and are taken by their place or by their number. */
const FIXED_LISTS: readonly {
  readonly methods: readonly string[];
  readonly paths?: readonly string[];
}[] = [
  { methods: ["eth_getProof", "eth_feeHistory", "debug_getRaw*", "eth_getTransactionBy*"] },
  { methods: ["eth_simulate*", "eth_callMany", "eth_getUncleBy*"] },
  { methods: ["getrawtransaction", "decoderawtransaction", "getblock", "getblockstats"] },
  { methods: ["getMultipleAccounts", "getSignatureStatuses"] },
  {
    methods: ["getTransaction", "getBlock", "getConfirmedTransaction", "getConfirmedBlock"],
    paths: [
      "accountKeys",
      "instructions",
      "signatures",
      "preBalances",
      "postBalances",
      "transactions",
      "readonly",
      "writable",
    ].flatMap(atList),
  },
  {
    methods: ["GET /extended/v*/tx/*"],
    paths: ["events", "function_args", "post_conditions"].flatMap(atList),
  },
];

/** Lists that an answer always has: readers loop over them, empty or not. */
const LISTS = [
  "logs",
  "topics",
  "transactions",
  "uncles",
  "withdrawals",
  "accessList",
  "storageKeys",
  "accountProof",
  "storageProof",
  "structLogs",
  "vin",
  "vout",
  "tx",
  "instructions",
  "accountKeys",
  "results",
  "events",
].map((field) => `**/${field}`);

/** SPEC, "Where it matters more". The first row that matches decides; a configuration's rows come before these. */
export const SEVERITY_ROWS: readonly SeverityRow[] = [
  {
    kinds: ["error-message-changed"],
    methods: CALLS,
    changes: "revert-reason",
    severity: "breaking",
    why: "the reason of a revert is data: contracts' users are shown it, and clients match it",
    source: "https://github.com/paradigmxyz/reth/issues/15125",
  },
  {
    kinds: ["error-data-changed"],
    methods: CALLS,
    severity: "breaking",
    why: "the data of a revert is what the contract said: other bytes, or another form, are another error or none",
    source: "https://github.com/graphprotocol/graph-node/pull/5533",
  },
  {
    kinds: ["error-data-changed"],
    changes: "hex-form",
    severity: "breaking",
    why: "clients take an error's data as hex and decode nothing else",
    source: "https://github.com/ethers-io/ethers.js/blob/main/src.ts/providers/provider-jsonrpc.ts",
  },
  {
    kinds: ["array-items-added", "array-order-changed"],
    methods: BLOCK_LISTS,
    severity: "breaking",
    why: "a block's logs, receipts, transactions and traces are fixed: indexers count on their number and order",
    source: "https://github.com/ethereum/execution-apis/blob/main/src/schemas/receipt.yaml",
  },
  ...FIXED_LISTS.map((lists) => ({
    ...lists,
    kinds: ["array-items-added", "array-order-changed"] as const,
    severity: "breaking" as const,
    why: "the question fixes this list: its items are taken by their place or number, and a proof with one more fails",
    source: "https://github.com/NethermindEth/nethermind/issues/7759",
  })),
  {
    kinds: ["array-items-added"],
    changes: "to-null",
    severity: "breaking",
    why: "a null among the items: readers take each item for what the others are",
    source: "https://github.com/LFDT-web3j/web3j/issues/1486",
  },
  {
    kinds: ["array-items-added"],
    methods: ["(batch)"],
    severity: "breaking",
    why: "a batch with more answers than calls: clients that sort answers by id or take them by place (viem, web3.py) give a call another's",
    source: "https://www.jsonrpc.org/specification#batch",
  },
  {
    kinds: ["empty-vs-null"],
    paths: LISTS,
    changes: "list-to-null",
    severity: "breaking",
    why: "a list that is null: ethers throws on it, web3j and all that loop over it as well",
    source: "https://github.com/ethers-io/ethers.js/blob/main/src.ts/providers/format.ts",
  },
  {
    kinds: ["null-to-value"],
    paths: ["**/blockNumber", "**/blockHash", "**/to", "**/contractAddress"],
    severity: "breaking",
    why: "clients read null here as pending, or as the creation of a contract",
    source: "https://github.com/ethereum/execution-apis/blob/main/src/schemas/transaction.yaml",
  },
  {
    kinds: ["enum-value-added"],
    paths: ["**/type"],
    severity: "breaking",
    why: "decoders of transactions and receipts reject a type that they do not know",
    source: "https://eips.ethereum.org/EIPS/eip-2718",
  },
  {
    kinds: ["error-to-result"],
    methods: ["trace_*", "debug_trace*", "eth_simulate*", "ots_trace*", "arbtrace_*"],
    paths: ["/result/**"],
    severity: "breaking",
    why: "a call that failed within a trace now looks as if it had gone through",
    source: "https://github.com/node-real/bsc-erigon/issues/796",
  },
  {
    kinds: ["error-to-result"],
    methods: ["eth_call", "eth_estimateGas"],
    oldHolds: ["revert"],
    severity: "breaking",
    why: "a call that reverted now looks as if it had gone through",
    source: "https://github.com/ethereum/go-ethereum/pull/21083",
  },
  {
    kinds: ["array-items-added"],
    methods: ["GET /v2/pox"],
    paths: ["/epochs/*"],
    severity: "breaking",
    why: "readers with a closed list of epochs fail on one that they do not know",
    source: "https://github.com/stacks-sbtc/sbtc/pull/1836",
  },
  {
    kinds: ["value-to-null", "null-to-value"],
    paths: ["**/mint"],
    oldHolds: ["0x0", "null"],
    severity: "risky",
    why: "a deposit that mints nothing: zero and null say the same, and clients of both kinds of node read both",
    source: "https://github.com/tempoxyz/rpc-tester/issues/4",
  },
  {
    kinds: ["header-changed"],
    paths: [
      "/headers/access-control-*",
      "/headers/retry-after",
      "/headers/link",
      "/headers/content-range",
      "/headers/x-total*",
      "/headers/x-next-*",
    ],
    severity: "breaking",
    why: "browsers, back-off and pagination act on this header",
    source: "https://fetch.spec.whatwg.org/#http-cors-protocol",
  },
];
