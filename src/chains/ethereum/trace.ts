import type { MethodKnowledge } from "../knowledge.ts";
import { blockAt, range, reads, stateAt } from "../rows.ts";

const HEAVY = { cost: "heavy", state: true } as const;

/** The tracing family of Parity, kept alive by Erigon, Nethermind, Besu and Reth, and Otterscan's own. */
export const TRACE_METHODS: Readonly<Record<string, MethodKnowledge>> = {
  trace_block: blockAt(0, HEAVY),
  trace_transaction: reads(HEAVY),
  trace_get: reads(HEAVY),
  trace_filter: reads({ ...HEAVY, block: range(0) }),
  trace_call: stateAt(2, HEAVY),
  trace_callMany: stateAt(1, HEAVY),
  trace_rawTransaction: reads(HEAVY),
  trace_replayTransaction: reads(HEAVY),
  trace_replayBlockTransactions: blockAt(0, HEAVY),
  ots_getApiLevel: reads(),
  ots_getInternalOperations: reads(HEAVY),
  ots_hasCode: stateAt(1),
  ots_traceTransaction: reads(HEAVY),
  ots_getTransactionError: reads(HEAVY),
  ots_getBlockDetails: blockAt(0),
  ots_getBlockDetailsByHash: reads(),
  ots_getBlockTransactions: blockAt(0),
  ots_getTransactionBySenderAndNonce: reads({ cost: "heavy" }),
  ots_getContractCreator: reads({ cost: "heavy" }),
  erigon_getHeaderByNumber: blockAt(0),
  erigon_getHeaderByHash: reads(),
  erigon_getBlockByTimestamp: reads(),
  erigon_getLogs: reads({ block: range(0) }),
  erigon_getLatestLogs: reads({ block: range(0) }),
  erigon_blockNumber: reads({
    followsHead: true,
    drifts: [{ path: "/result", why: "head", within: 128 }],
  }),
  erigon_forks: reads(),
};
