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
  readonly severity: Severity;
  readonly why: string;
  readonly source: string;
}

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

/**
 * Phrases of error messages on which client libraries decide what happened.
 * viem: src/errors/node.ts (nodeMessage); ethers: getRpcError in src.ts/providers/provider-jsonrpc.ts;
 * graph-node: GETH_EXECUTION_ERRORS in chain/ethereum/src.
 */
export const MATCHED_PHRASES: readonly string[] = [
  "execution reverted",
  "gas required exceeds allowance",
  "nonce too low",
  "nonce too high",
  "nonce has max value",
  "already known",
  "transaction already imported",
  "insufficient funds",
  "exceeds transaction sender account balance",
  "replacement transaction underpriced",
  "max fee per gas less than block base fee",
  "fee cap less than block base fee",
  "max priority fee per gas higher than max fee per gas",
  "intrinsic gas too low",
  "intrinsic gas too high",
  "gas limit reached",
  "transaction type not valid",
  "invalid opcode",
  "invalid jump destination",
  "out of gas",
  "stack underflow",
  "stack limit reached",
  "header not found",
  "query returned more than",
];

/** SPEC, "Where it matters more". The first row that matches decides; a configuration's rows come before these. */
export const SEVERITY_ROWS: readonly SeverityRow[] = [
  {
    kinds: ["error-message-changed"],
    lost: MATCHED_PHRASES,
    severity: "breaking",
    why: "the message lost a phrase on which ethers, viem or graph-node decide what went wrong",
    source: "https://github.com/wevm/viem/blob/main/src/errors/node.ts",
  },
  {
    kinds: ["array-items-added", "array-order-changed"],
    methods: BLOCK_LISTS,
    severity: "breaking",
    why: "a block's logs, receipts, transactions and traces are fixed: indexers count on their number and order",
    source: "https://github.com/ethereum/execution-apis/blob/main/src/schemas/receipt.yaml",
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
    methods: ["eth_call", "eth_estimateGas"],
    oldHolds: ["revert"],
    severity: "breaking",
    why: "a call that reverted now looks as if it had gone through",
    source: "https://github.com/ethereum/go-ethereum/pull/21083",
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
