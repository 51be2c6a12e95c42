import type { Place } from "../chain.ts";

/** Lists whose order means nothing. Whole results that are sets are said by the method's row. */
export const ETHEREUM_UNORDERED: readonly Place[] = [
  // Geth builds access lists from a map (core/vm/access_list_tracer.go, accessList).
  { methods: "eth_createAccessList", path: "/result/accessList" },
  { methods: "eth_createAccessList", path: "/result/accessList/*/storageKeys" },
];

/** Fields whose hex is bytes of any length, and results that are nothing but bytes. */
export const ETHEREUM_BYTES: readonly Place[] = [
  ...[
    "extraData",
    "data",
    "input",
    "output",
    "init",
    "code",
    "returnData",
    "returnValue",
    "forkId",
    "signature",
    "raw",
    "rlp",
    "mixHash",
    "sha3Uncles",
  ].map((field) => ({ methods: "*", path: `**/${field}` })),
  ...[
    "eth_call",
    "eth_getCode",
    "eth_getStorageAt",
    "eth_getRaw*",
    "debug_getRaw*",
    "web3_sha3",
  ].map((methods) => ({ methods, path: "/result" })),
];

/** Shares of gas and of blob gas (EIP-4844, eth_feeHistory). */
export const ETHEREUM_FRACTIONS: readonly Place[] = [
  { methods: "*", path: "**/gasUsedRatio/*" },
  { methods: "*", path: "**/blobGasUsedRatio/*" },
];

/** Traces, simulations and lists of calls, in which one part may fail while the answer is a result. */
export const ETHEREUM_FAILING_PARTS: readonly string[] = [
  "trace_*",
  "debug_trace*",
  "eth_simulate*",
  "eth_createAccessList",
  "eth_callMany",
  "eth_callBundle",
  "mev_simBundle",
  "alchemy_simulate*",
  "tenderly_simulate*",
  "eth_multicall*",
  "ots_trace*",
  "debug_standardTrace*",
  "arbtrace_*",
  "bor_trace*",
];
