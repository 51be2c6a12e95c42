import type { MethodKnowledge } from "../knowledge.ts";
import { DEBUG_METHODS } from "./debug.ts";
import { blockAt, range, reads, stateAt, writes } from "./rows.ts";
import { TRACE_METHODS } from "./trace.ts";

const NODE = { identifiesNode: true } as const;
const MEMPOOL = { followsHead: true, mempool: true } as const;

/** Geth stops its binary search for gas within 1.5 % of the true value since 1.13.6. */
const GAS_ESTIMATE = {
  tolerances: [
    {
      pattern: "/result",
      relative: 0.015,
      source: "go-ethereum eth/gasestimator, estimateGasErrorRatio",
    },
  ],
} as const;

function price(ratio: number): Partial<MethodKnowledge> {
  return {
    followsHead: true,
    invariants: [{ pattern: "/result", form: "quantity", ratio }],
    tolerances: [
      { pattern: "/result", relative: 0.125, source: "EIP-1559: a base fee moves by 1/8 a block" },
    ],
  };
}

const ETH: Record<string, MethodKnowledge> = {
  eth_blockNumber: reads({
    followsHead: true,
    // Two targets may be some blocks apart; one that is further away is caught as `node-behind` before this.
    invariants: [{ pattern: "/result", form: "quantity", within: 128 }],
  }),
  eth_chainId: reads(),
  eth_protocolVersion: reads(NODE),
  eth_syncing: reads({
    followsHead: true,
    identifiesNode: true,
    invariants: [{ pattern: "/result", form: "object-or-false" }],
  }),
  eth_coinbase: reads(NODE),
  eth_mining: reads(NODE),
  eth_hashrate: reads(NODE),
  eth_accounts: reads({ ...NODE, set: true }),
  eth_config: reads({ followsHead: true }),
  eth_capabilities: reads({ ...NODE, followsHead: true }),
  eth_gasPrice: reads(price(10)),
  eth_maxPriorityFeePerGas: reads(price(100)),
  eth_baseFee: reads(price(4)),
  eth_blobBaseFee: reads(price(16)),
  eth_feeHistory: blockAt(1),

  eth_getBalance: stateAt(1),
  eth_getCode: stateAt(1),
  eth_getStorageAt: stateAt(2),
  eth_getStorageValues: stateAt(1),
  eth_getTransactionCount: stateAt(1),
  eth_getProof: stateAt(2),
  eth_getAccount: stateAt(1),
  eth_getAccountInfo: stateAt(1),
  eth_call: stateAt(1),
  eth_callMany: stateAt(1),
  eth_estimateGas: stateAt(1, GAS_ESTIMATE),
  eth_createAccessList: stateAt(1),
  eth_simulateV1: stateAt(1, { cost: "heavy" }),

  eth_getBlockByNumber: blockAt(0),
  eth_getBlockByHash: reads(),
  eth_getHeaderByNumber: blockAt(0),
  eth_getHeaderByHash: reads(),
  eth_getBlockReceipts: blockAt(0),
  eth_getBlockTransactionCountByNumber: blockAt(0),
  eth_getBlockTransactionCountByHash: reads(),
  eth_getUncleCountByBlockNumber: blockAt(0),
  eth_getUncleCountByBlockHash: reads(),
  eth_getUncleByBlockNumberAndIndex: blockAt(0),
  eth_getUncleByBlockHashAndIndex: reads(),
  eth_getBlockAccessListByBlockNumber: blockAt(0),
  eth_getBlockAccessListByBlockHash: reads(),
  eth_getTransactionByHash: reads(),
  eth_getTransactionReceipt: reads(),
  eth_getTransactionByBlockNumberAndIndex: blockAt(0),
  eth_getTransactionByBlockHashAndIndex: reads(),
  eth_getRawTransactionByHash: reads(),
  eth_getRawTransactionByBlockNumberAndIndex: blockAt(0),
  eth_getRawTransactionByBlockHashAndIndex: reads(),
  eth_getTransactionBySenderAndNonce: reads(),
  eth_blobSidecars: blockAt(0),
  eth_pendingTransactions: reads(MEMPOOL),
  eth_getLogs: reads({ block: range(0) }),

  // A filter's id is the node's own; what it then collects depends on when it is asked.
  eth_newFilter: reads({
    ...NODE,
    block: range(0),
    session: { kind: "filter", role: "opens" },
    invariants: [{ pattern: "/result", form: "string" }],
  }),
  eth_newBlockFilter: reads({ ...NODE, session: { kind: "filter", role: "opens" } }),
  eth_newPendingTransactionFilter: reads({ ...NODE, session: { kind: "filter", role: "opens" } }),
  eth_getFilterChanges: reads({ ...MEMPOOL, session: { kind: "filter", role: "uses" } }),
  eth_getFilterLogs: reads({ session: { kind: "filter", role: "uses" } }),
  eth_uninstallFilter: reads({ session: { kind: "filter", role: "closes" } }),
  eth_subscribe: reads({ ...NODE, session: { kind: "subscription", role: "opens" } }),
  eth_unsubscribe: reads({ session: { kind: "subscription", role: "closes" } }),

  eth_sendRawTransaction: writes(),
  eth_sendRawTransactionSync: writes(),
  eth_sendRawTransactionConditional: writes(),
  eth_sendPrivateTransaction: writes(),
  eth_sendBundle: writes(),
  eth_sendTransaction: writes(),
  eth_resend: writes(),
  eth_fillTransaction: writes(),
  eth_sign: writes(),
  eth_signTransaction: writes(),
  eth_signTypedData: writes(),
  eth_signTypedData_v3: writes(),
  eth_signTypedData_v4: writes(),
  eth_submitWork: writes(),
  eth_submitHashrate: writes(),
  personal_sign: writes(),
  personal_sendTransaction: writes(),
  personal_unlockAccount: writes(),
};

const NODE_METHODS: Record<string, MethodKnowledge> = {
  net_version: reads(),
  net_listening: reads(NODE),
  net_peerCount: reads(NODE),
  web3_clientVersion: reads(NODE),
  web3_sha3: reads(),
  rpc_modules: reads(NODE),
  admin_nodeInfo: reads(NODE),
  admin_peers: reads(NODE),
  admin_datadir: reads(NODE),
  txpool_content: reads({ ...MEMPOOL, cost: "heavy" }),
  txpool_contentFrom: reads(MEMPOOL),
  txpool_inspect: reads({ ...MEMPOOL, cost: "heavy" }),
  txpool_status: reads(MEMPOOL),
};

/** Every Ethereum method that is known, by exact name. What is not here is never sent. */
export const ETHEREUM_METHODS: Readonly<Record<string, MethodKnowledge>> = {
  ...ETH,
  ...NODE_METHODS,
  ...DEBUG_METHODS,
  ...TRACE_METHODS,
};
