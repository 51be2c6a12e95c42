import type { MethodKnowledge } from "../knowledge.ts";
import { DEBUG_METHODS } from "./debug.ts";
import { blockAt, range, reads, stateAt, writes } from "../rows.ts";
import { TRACE_METHODS } from "./trace.ts";

/** The whole result names the node. */
const NODE = { drifts: [{ path: "/result", why: "node" }] } as const;
const MEMPOOL = { followsHead: true, mempool: true } as const;
/** Accounts, their nonces and transactions in the pool. */
const POOL = { ...MEMPOOL, drifts: [{ path: "/result/**", why: "mempool" }] } as const;
/** Transactions or logs, those that are there when it is asked. */
const PENDING_ITEMS = {
  ...MEMPOOL,
  drifts: [{ path: "/result", why: "mempool", items: true }],
} as const;
/** Two targets may be some blocks apart; one that is further away is caught as `node-behind` before this. */
const HEAD_NUMBER = {
  followsHead: true,
  drifts: [{ path: "/result", why: "head", within: 128 }],
} as const;

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
    drifts: [{ path: "/result", why: "head", ratio }],
    tolerances: [
      { pattern: "/result", relative: 0.125, source: "EIP-1559: a base fee moves by 1/8 a block" },
    ],
  };
}

const ETH: Record<string, MethodKnowledge> = {
  eth_blockNumber: reads(HEAD_NUMBER),
  eth_chainId: reads(),
  eth_protocolVersion: reads(NODE),
  // How far it is drifts; that a node which is in step says false does not.
  eth_syncing: reads({ followsHead: true, drifts: [{ path: "/result/**", why: "node" }] }),
  eth_coinbase: reads(NODE),
  eth_mining: reads(NODE),
  eth_hashrate: reads(NODE),
  eth_accounts: reads({ set: true, drifts: [{ path: "/result", why: "node", items: true }] }),
  // EIP-7910: it is there to tell nodes of other forks apart, so nothing in it drifts.
  eth_config: reads({ followsHead: true }),
  eth_capabilities: reads({
    followsHead: true,
    drifts: [
      { path: "/result/head/**", why: "head" },
      { path: "/result/*/oldestBlock", why: "node" },
      { path: "/result/*/deleteStrategy/**", why: "node" },
    ],
  }),
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
  eth_pendingTransactions: reads(PENDING_ITEMS),
  eth_getLogs: reads({ block: range(0) }),

  // A filter's id is the node's own; what it then collects depends on when it is asked.
  eth_newFilter: reads({
    ...NODE,
    block: range(0),
    session: { kind: "filter", role: "opens" },
  }),
  eth_newBlockFilter: reads({ ...NODE, session: { kind: "filter", role: "opens" } }),
  eth_newPendingTransactionFilter: reads({ ...NODE, session: { kind: "filter", role: "opens" } }),
  eth_getFilterChanges: reads({ ...PENDING_ITEMS, session: { kind: "filter", role: "uses" } }),
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
  rpc_modules: reads({ drifts: [{ path: "/result/*", why: "node" }] }),
  admin_nodeInfo: reads({ drifts: [{ path: "/result/**", why: "node" }] }),
  admin_peers: reads({
    drifts: [
      { path: "/result", why: "node", items: true },
      { path: "/result/**", why: "node" },
    ],
  }),
  admin_datadir: reads(NODE),
  txpool_content: reads({ ...POOL, cost: "heavy" }),
  txpool_contentFrom: reads(POOL),
  txpool_inspect: reads({ ...POOL, cost: "heavy" }),
  txpool_status: reads(POOL),
};

/** Every Ethereum method that is known, by exact name. What is not here is never sent. */
export const ETHEREUM_METHODS: Readonly<Record<string, MethodKnowledge>> = {
  ...ETH,
  ...NODE_METHODS,
  ...DEBUG_METHODS,
  ...TRACE_METHODS,
};
