import type { MethodKnowledge } from "../knowledge.ts";
import { blockAt, reads, stateAt, writes } from "../rows.ts";

const HEAVY = { cost: "heavy" } as const;
const HEAVY_STATE = { cost: "heavy", state: true } as const;

/**
 * `debug_` methods that only read. Left out on purpose: what runs on after its answer (`debug_traceChain`), what writes
 * files on the node (`…ToFile`), what changes it (`debug_setHead`, `debug_setGCPercent`, profilers).
 */
export const DEBUG_METHODS: Readonly<Record<string, MethodKnowledge>> = {
  debug_traceTransaction: reads(HEAVY_STATE),
  debug_traceCall: stateAt(1, HEAVY),
  debug_traceCallMany: stateAt(1, HEAVY),
  debug_traceBlockByNumber: blockAt(0, HEAVY_STATE),
  debug_traceBlockByHash: reads(HEAVY_STATE),
  debug_traceBlock: reads(HEAVY_STATE),
  debug_intermediateRoots: reads(HEAVY_STATE),
  debug_storageRangeAt: reads(HEAVY_STATE),
  debug_accountRange: blockAt(0, HEAVY_STATE),
  debug_accountAt: reads(HEAVY_STATE),
  debug_dumpBlock: blockAt(0, HEAVY_STATE),
  debug_executionWitness: blockAt(0, HEAVY_STATE),
  debug_executionWitnessByHash: reads(HEAVY_STATE),
  debug_getModifiedAccountsByNumber: reads(HEAVY_STATE),
  debug_getModifiedAccountsByHash: reads(HEAVY_STATE),
  debug_getRawBlock: blockAt(0),
  debug_getRawHeader: blockAt(0),
  debug_getRawReceipts: blockAt(0),
  debug_getRawTransaction: reads(),
  debug_getBadBlocks: reads({ drifts: [{ path: "/result", why: "node", items: true }] }),
  debug_getAccessibleState: reads({
    cost: "heavy",
    drifts: [{ path: "/result", why: "node" }],
  }),
  // A dump of Go's memory: the addresses in it are told by their form (classify/facts/passing-text.ts), the block is not.
  debug_printBlock: reads(),
  debug_setHead: writes(),
};
