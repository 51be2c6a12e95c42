import type { MethodKnowledge } from "../knowledge.ts";
import { drift, items, orNull, reads, writes } from "../rows.ts";

const HEAVY = { cost: "heavy" } as const;
const TIP = { followsHead: true, drifts: drift("head", "") } as const;

/** What an account holds moves with each slot; whom it belongs to, and how it is written, does not. */
function account(value: string): Partial<MethodKnowledge> {
  return {
    followsHead: true,
    drifts: drift(
      "head",
      `${value}/lamports`,
      `${value}/data`,
      `${value}/data/**`,
      `${value}/space`,
    ),
  };
}

/**
 * Methods of the Solana RPC that only read. None takes a slot to hold it still: what rests on the head is asked of both at
 * once, and the answers' own slots say whether they are of one.
 * Source: https://solana.com/docs/rpc and the agave repository, rpc/src/rpc.rs.
 */
export const SOLANA_METHODS: Readonly<Record<string, MethodKnowledge>> = {
  getSlot: reads({ followsHead: true, drifts: [{ path: "/result", why: "head", within: 150 }] }),
  getBlockHeight: reads({
    followsHead: true,
    drifts: [{ path: "/result", why: "head", within: 150 }],
  }),
  getTransactionCount: reads(TIP),
  getEpochInfo: reads({
    followsHead: true,
    drifts: [
      ...drift("head", "absoluteSlot", "blockHeight", "slotIndex", "epoch"),
      ...orNull(drift("head", "transactionCount")),
    ],
  }),
  getEpochSchedule: reads(),
  getGenesisHash: reads(),
  getHealth: reads({ followsHead: true }),
  getVersion: reads({ drifts: drift("node", "solana-core", "feature-set") }),
  getIdentity: reads({ drifts: drift("node", "identity") }),
  getClusterNodes: reads({ drifts: [...items("node", ""), ...drift("node", "**")] }),
  getFirstAvailableBlock: reads({ drifts: drift("node", "") }),
  minimumLedgerSlot: reads({ drifts: drift("node", "") }),
  getHighestSnapshotSlot: reads({ drifts: orNull(drift("node", "incremental", "full")) }),
  getMaxRetransmitSlot: reads({ followsHead: true, drifts: drift("node", "") }),
  getMaxShredInsertSlot: reads({ followsHead: true, drifts: drift("node", "") }),

  getLatestBlockhash: reads({
    followsHead: true,
    drifts: drift("head", "value/blockhash", "value/lastValidBlockHeight"),
  }),
  getRecentBlockhash: reads({
    followsHead: true,
    drifts: drift("head", "value/blockhash", "value/feeCalculator/**"),
  }),
  isBlockhashValid: reads({ followsHead: true, drifts: drift("head", "value") }),
  getFeeForMessage: reads({ followsHead: true }),
  getRecentPrioritizationFees: reads({
    followsHead: true,
    drifts: [...items("head", ""), ...drift("head", "**")],
  }),
  getRecentPerformanceSamples: reads({
    followsHead: true,
    drifts: [...items("head", ""), ...drift("node", "**")],
  }),

  getAccountInfo: reads(account("value")),
  getMultipleAccounts: reads(account("value/*")),
  getProgramAccounts: reads({
    ...HEAVY,
    ...account("*/account"),
    drifts: [
      ...items("head", "", "value"),
      ...drift("head", "*/account/lamports", "*/account/data", "*/account/data/**"),
      ...drift(
        "head",
        "value/*/account/lamports",
        "value/*/account/data",
        "value/*/account/data/**",
      ),
    ],
  }),
  getBalance: reads({ followsHead: true, drifts: drift("head", "value") }),
  getTokenAccountBalance: reads({ followsHead: true, drifts: drift("head", "value/**") }),
  getTokenSupply: reads({ followsHead: true, drifts: drift("head", "value/**") }),
  getTokenAccountsByOwner: reads({
    followsHead: true,
    drifts: [
      ...items("head", "value"),
      ...drift("head", "value/*/account/lamports", "value/*/account/data/**"),
    ],
  }),
  getTokenAccountsByDelegate: reads({
    followsHead: true,
    drifts: [
      ...items("head", "value"),
      ...drift("head", "value/*/account/lamports", "value/*/account/data/**"),
    ],
  }),
  getTokenLargestAccounts: reads({
    ...HEAVY,
    followsHead: true,
    drifts: [...items("head", "value"), ...drift("head", "value/**")],
  }),
  getLargestAccounts: reads({
    ...HEAVY,
    followsHead: true,
    drifts: [...items("head", "value"), ...drift("head", "value/**")],
  }),
  getMinimumBalanceForRentExemption: reads(),
  getStakeActivation: reads({ followsHead: true, drifts: drift("head", "active", "inactive") }),
  getStakeMinimumDelegation: reads({ followsHead: true }),
  getSupply: reads({
    ...HEAVY,
    followsHead: true,
    drifts: [
      ...drift("head", "value/total", "value/circulating", "value/nonCirculating"),
      ...items("head", "value/nonCirculatingAccounts"),
    ],
  }),
  getVoteAccounts: reads({
    followsHead: true,
    drifts: [
      ...items("head", "current", "delinquent"),
      ...drift("head", "current/**", "delinquent/**"),
    ],
  }),
  getInflationGovernor: reads(),
  getInflationRate: reads({
    followsHead: true,
    drifts: drift("head", "epoch", "foundation", "total", "validator"),
  }),
  getInflationReward: reads(),

  getBlock: reads(HEAVY),
  getConfirmedBlock: reads(HEAVY),
  getBlockCommitment: reads({
    followsHead: true,
    drifts: [...items("head", "commitment"), ...drift("head", "commitment/*", "totalStake")],
  }),
  getBlockProduction: reads({
    followsHead: true,
    drifts: [...items("head", "value/byIdentity"), ...drift("head", "value/**")],
  }),
  getBlockTime: reads(),
  getBlocks: reads({ followsHead: true, drifts: items("head", "") }),
  getBlocksWithLimit: reads(),
  getConfirmedBlocks: reads({ followsHead: true, drifts: items("head", "") }),
  getLeaderSchedule: reads(),
  getSlotLeader: reads(TIP),
  getSlotLeaders: reads(),
  getTransaction: reads(),
  getConfirmedTransaction: reads(),
  getSignatureStatuses: reads({
    followsHead: true,
    drifts: [
      // Null once it is final.
      ...orNull(drift("head", "value/*/confirmations")),
      ...drift("head", "value/*/confirmationStatus"),
    ],
  }),
  getSignaturesForAddress: reads({
    followsHead: true,
    drifts: [...items("head", ""), ...drift("head", "*/confirmationStatus")],
  }),
  getConfirmedSignaturesForAddress2: reads({ followsHead: true, drifts: items("head", "") }),
  // Changes nothing: it runs a transaction and throws the outcome away.
  simulateTransaction: reads({
    ...HEAVY,
    followsHead: true,
    drifts: drift("head", "value/replacementBlockhash/**"),
  }),

  sendTransaction: writes(),
  requestAirdrop: writes(),
};
