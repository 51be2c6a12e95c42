import type { JsonValue } from "../../model/json.ts";

export interface CaseRequest {
  readonly method: string;
  readonly params: readonly JsonValue[];
}

const ZERO = `0x${"0".repeat(40)}`;
const NO_HASH = `0x${"0".repeat(63)}1`;
const FAR = "0x7fffffff";
/** Reverts with no data: PUSH0 PUSH0 REVERT as the code of a creation. */
const REVERTS = "0x5f5ffd";

/** Requests that work on every chain: good ones, and such as are refused, because most changes are of errors. */
const PROBES: Readonly<Record<string, readonly (readonly JsonValue[])[]>> = {
  eth_blockNumber: [[]],
  eth_chainId: [[]],
  net_version: [[]],
  eth_syncing: [[]],
  eth_config: [[]],
  eth_baseFee: [[]],
  eth_blobBaseFee: [[]],
  eth_capabilities: [[]],
  eth_coinbase: [[]],
  eth_mining: [[]],
  eth_hashrate: [[]],
  eth_getWork: [[]],
  eth_getBlockByNumber: [
    ["latest", true],
    ["latest", false],
    ["0x0", true],
    ["0x1", true],
    ["pending", false],
    ["safe", false],
    ["finalized", false],
    [FAR, false],
  ],
  eth_getBlockByHash: [[NO_HASH, true]],
  eth_getHeaderByNumber: [["latest"], ["0x1"]],
  eth_getBlockReceipts: [["latest"], ["0x1"], [FAR], ["pending"]],
  eth_getUncleByBlockNumberAndIndex: [["0x1", "0x0"]],
  eth_getTransactionByBlockNumberAndIndex: [
    ["0x1", "0x0"],
    ["latest", "0x0"],
    [FAR, "0x0"],
  ],
  eth_getTransactionByHash: [[NO_HASH]],
  eth_getTransactionReceipt: [[NO_HASH]],
  eth_getBalance: [
    [ZERO, "latest"],
    [ZERO, FAR],
    [ZERO, "0x1"],
  ],
  eth_getCode: [
    [ZERO, "latest"],
    [ZERO, FAR],
  ],
  eth_getTransactionCount: [
    [ZERO, "latest"],
    [ZERO, FAR],
  ],
  eth_getStorageAt: [
    [ZERO, "0x0", "latest"],
    [ZERO, "0xasdf", "latest"],
    [ZERO, `0x${"0".repeat(66)}`, "latest"],
  ],
  eth_getStorageValues: [[{ [ZERO]: [`0x${"0".repeat(64)}`] }, "latest"]],
  eth_getProof: [
    [ZERO, [], "latest"],
    [ZERO, ["0x0"], "latest"],
    [ZERO, ["0xasdf"], "latest"],
    [ZERO, [], "0x1"],
  ],
  eth_getLogs: [
    [{ fromBlock: "0x0", toBlock: "0x1" }],
    [{ fromBlock: "latest", toBlock: "latest" }],
    [{ fromBlock: FAR, toBlock: FAR }],
    [{ fromBlock: "0x2", toBlock: "0x1" }],
    [{ fromBlock: "0x0", toBlock: "0x0", address: Array<JsonValue>(1_001).fill(ZERO) }],
    [{ fromBlock: "0x0", toBlock: "0x0", topics: [null, null, null, null, null] }],
    [{ blockHash: NO_HASH }],
  ],
  eth_feeHistory: [
    ["0x2", "latest", [25, 75]],
    ["0x2", "latest", Array<JsonValue>(101).fill(1)],
    ["0x2", "latest", [50, 25]],
    ["0x0", "latest", []],
  ],
  eth_call: [
    [{ to: ZERO, data: "0x" }, "latest"],
    [{ data: REVERTS }, "latest"],
    [{ to: ZERO, data: "0x" }, FAR],
    [{ to: ZERO, gas: "0x7fffffffffffffff" }, "latest"],
    [{ to: ZERO, value: "0x1", from: "0x00000000000000000000000000000000000000ff" }, "latest"],
  ],
  eth_estimateGas: [
    [{ to: ZERO, data: "0x" }],
    [{ data: REVERTS }],
    [
      {
        to: ZERO,
        value: "0xffffffffffffffffffffffff",
        from: "0x00000000000000000000000000000000000000ff",
      },
    ],
  ],
  eth_createAccessList: [
    [{ to: ZERO, data: "0x" }, "latest"],
    [{ data: REVERTS }, "latest"],
  ],
  eth_simulateV1: [
    [{ blockStateCalls: [{ calls: [{ to: ZERO }] }] }, "latest"],
    [{ blockStateCalls: [{ calls: [{ data: REVERTS }] }], returnFullTransactions: true }, "latest"],
    [
      {
        blockStateCalls: [
          {
            calls: [{ from: "0x00000000000000000000000000000000000000ff", to: ZERO, value: "0x1" }],
          },
        ],
        validation: true,
      },
      "latest",
    ],
    [{ blockStateCalls: [] }, "latest"],
  ],
  debug_traceCall: [
    [{ data: REVERTS }, "latest", {}],
    [{ data: REVERTS }, "latest", { tracer: "callTracer" }],
    [{ to: ZERO }, "latest", { tracer: "prestateTracer" }],
  ],
  debug_traceBlockByNumber: [
    ["0x1", {}],
    ["latest", { tracer: "callTracer" }],
    [FAR, {}],
  ],
  debug_traceTransaction: [[NO_HASH, {}]],
  debug_getRawReceipts: [["0x1"]],
  debug_getRawBlock: [["0x1"], [FAR]],
};

/** Harmless requests of a method; none for one that writes, needs an id of the chain, or is not known. */
export function probesFor(method: string): CaseRequest[] {
  return (PROBES[method] ?? []).map((params) => ({ method, params }));
}
