import { SELECTORS, STORED_TOPIC } from "../../src/demo/contract.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { PEOPLE } from "./genesis.ts";
import type { Grown } from "./grow.ts";

export interface OwnRequest {
  /** What it asks, in a few words. */
  readonly name: string;
  readonly method: string;
  readonly params: readonly JsonValue[];
}

/** A block with transactions, and where the chain ends. */
export interface Places {
  readonly head: number;
  readonly block: { readonly hash: string; readonly number: string };
}

const NOWHERE = `0x${"ab".repeat(32)}`;
const hex = (value: number): string => `0x${value.toString(16)}`;
const addresses = PEOPLE.map(({ address }) => address);
const [ann = "", bob = "", cleo = "", dan = ""] = addresses;

/** Every method that a node serves by default and that only reads, with the ways in which clients ask, right and wrong. */
export function ownRequests(
  { keeper, passer, transactions }: Grown,
  { head, block }: Places,
): OwnRequest[] {
  const get = { to: keeper, data: SELECTORS.get };
  const fail = { from: ann, to: keeper, data: SELECTORS.fail };
  const set = { from: ann, to: keeper, data: SELECTORS.set + "2a".padStart(64, "0") };
  const nested = { from: ann, to: passer, data: set.data };
  const pay = { from: bob, to: cleo, value: "0x1" };
  const poor = { from: `0x${"77".repeat(20)}`, to: ann, value: "0xde0b6b3a7640000" };
  const override = {
    [keeper]: { stateDiff: { [`0x${"0".repeat(64)}`]: `0x${"0".repeat(62)}63` } },
  };
  const past = hex(head + 50);
  const hashes = Object.entries(transactions);
  return [
    ...rows("eth_blockNumber", { plain: [] }),
    ...rows("eth_chainId", { plain: [] }),
    ...rows("eth_syncing", { plain: [] }),
    ...rows("eth_accounts", { plain: [] }),
    ...rows("eth_coinbase", { "is gone": [] }),
    ...rows("eth_gasPrice", { plain: [] }),
    ...rows("eth_maxPriorityFeePerGas", { plain: [] }),
    ...rows("eth_blobBaseFee", { plain: [] }),
    ...rows("eth_config", { plain: [] }),
    ...rows("eth_protocolVersion", { "is gone": [] }),
    ...rows("eth_feeHistory", {
      "four blocks": ["0x4", "latest", [25, 75]],
      "past the head": ["0x4", past, []],
      "percentiles that fall": ["0x2", "latest", [75, 25]],
    }),
    ...rows("eth_getBalance", {
      "at the head": [ann, "latest"],
      "at the start": [bob, "earliest"],
      "by hash": [cleo, { blockHash: block.hash }],
      "past the head": [ann, past],
      "short address": ["0x1234", "latest"],
      "no block": [dan],
    }),
    ...rows("eth_getCode", {
      "a contract": [keeper, "latest"],
      "a person": [bob, "latest"],
      "a person who delegates": [dan, "latest"],
    }),
    ...rows("eth_getStorageAt", {
      "the kept number": [keeper, "0x0", "latest"],
      "nothing there": [keeper, "0x5", "latest"],
      "no hex": [keeper, "0xnought", "latest"],
      "too long": [keeper, `0x${"1".repeat(66)}`, "latest"],
    }),
    ...rows("eth_getStorageValues", { "two slots": [{ [keeper]: ["0x0", "0x1"] }, "latest"] }),
    ...rows("eth_getProof", {
      "a contract and a slot": [keeper, ["0x0"], "latest"],
      "a person": [ann, [], "latest"],
      "no hex": [keeper, ["0xnought"], "latest"],
    }),
    ...rows("eth_getTransactionCount", {
      "at the head": [ann, "latest"],
      "with what waits": [bob, "pending"],
    }),
    ...rows("eth_getBlockByNumber", {
      "the head": ["latest", false],
      "the first": ["0x0", true],
      "one with transactions": [block.number, true],
      "hashes alone": [block.number, false],
      "past the head": [past, false],
      finalized: ["finalized", false],
      "no number": ["0x0g", false],
      "one parameter": ["latest"],
    }),
    ...rows("eth_getBlockByHash", {
      "with transactions": [block.hash, true],
      "hashes alone": [block.hash, false],
      unknown: [NOWHERE, false],
      "short hash": ["0x1234", false],
    }),
    ...rows("eth_getHeaderByNumber", { "the head": ["latest"], "past the head": [past] }),
    ...rows("eth_getHeaderByHash", { known: [block.hash] }),
    ...rows("eth_getBlockReceipts", {
      "by number": [block.number],
      "by hash": [block.hash],
      unknown: [NOWHERE],
    }),
    ...rows("eth_getBlockTransactionCountByHash", { known: [block.hash], unknown: [NOWHERE] }),
    ...rows("eth_getBlockTransactionCountByNumber", {
      known: [block.number],
      "past the head": [past],
    }),
    ...rows("eth_getUncleCountByBlockHash", { known: [block.hash] }),
    ...rows("eth_getUncleCountByBlockNumber", { known: [block.number] }),
    ...rows("eth_getUncleByBlockHashAndIndex", { none: [block.hash, "0x0"] }),
    ...rows("eth_getUncleByBlockNumberAndIndex", { none: [block.number, "0x0"] }),
    ...rows("eth_getTransactionByHash", { ...each(hashes), unknown: [NOWHERE] }),
    ...rows("eth_getTransactionReceipt", { ...each(hashes), unknown: [NOWHERE] }),
    ...rows("eth_getTransactionByBlockHashAndIndex", {
      first: [block.hash, "0x0"],
      none: [block.hash, "0x63"],
    }),
    ...rows("eth_getTransactionByBlockNumberAndIndex", { first: [block.number, "0x0"] }),
    ...rows("eth_getRawTransactionByHash", {
      known: [transactions["dynamic"] ?? ""],
      unknown: [NOWHERE],
    }),
    ...rows("eth_getRawTransactionByBlockHashAndIndex", { first: [block.hash, "0x0"] }),
    ...rows("eth_getRawTransactionByBlockNumberAndIndex", { first: [block.number, "0x0"] }),
    ...rows("eth_pendingTransactions", { plain: [] }),
    ...rows("eth_getLogs", {
      "all of them": [{ fromBlock: "0x0", toBlock: "latest" }],
      "one contract and topic": [{ fromBlock: "0x0", address: keeper, topics: [STORED_TOPIC] }],
      "one block": [{ blockHash: block.hash }],
      "none there": [{ address: ann }],
      "ends past the head": [{ fromBlock: "0x1", toBlock: past }],
      "the wrong way round": [{ fromBlock: "0x5", toBlock: "0x2" }],
      "hash and range": [{ blockHash: block.hash, fromBlock: "0x1" }],
    }),
    ...rows("eth_getFilterChanges", { unknown: ["0x1"] }),
    ...rows("eth_getFilterLogs", { unknown: ["0x1"] }),
    ...rows("eth_call", {
      "gives a number": [get, "latest"],
      "at an earlier block": [get, block.number],
      "with other storage": [get, "latest", override],
      reverts: [fail, "latest"],
      "out of gas": [{ ...set, gas: "0x5300" }, "latest"],
      "too poor": [poor, "latest"],
      "nobody there": [{ to: cleo, data: "0x12345678" }, "latest"],
      "block past the head": [get, past],
      "two fields for data": [{ ...get, input: "0x00" }, "latest"],
    }),
    ...rows("eth_estimateGas", {
      "a payment": [pay],
      "a store": [set],
      reverts: [fail],
      "too poor": [poor],
      "gas too low": [{ ...set, gas: "0x5300" }],
    }),
    ...rows("eth_createAccessList", {
      "a store": [set, "latest"],
      reverts: [fail, "latest"],
      nested: [nested, "latest"],
    }),
    ...rows("eth_fillTransaction", { "a payment": [{ ...pay, gas: "0x5208" }] }),
    ...rows("eth_simulateV1", {
      "a number": simulated([get]),
      "a store and its reading": simulated([set, get]),
      "a revert": simulated([fail]),
      "a revert between others": simulated([set, fail, get]),
      "full transactions": simulated([set], {}, { returnFullTransactions: true }),
      "transfers as logs": simulated([pay], {}, { traceTransfers: true }),
      "too poor, validated": simulated([poor], {}, { validation: true }),
      "other balances": simulated([poor], {
        stateOverrides: { [poor.from]: { balance: "0x8ac7230489e80000" } },
      }),
      "another time": simulated([get], {
        blockOverrides: { time: "0x7fffffff", number: hex(head + 20) },
      }),
      "a block that is there already": simulated([get], { blockOverrides: { number: "0x1" } }),
      "no calls": simulated([]),
      nested: simulated([nested]),
    }),
    ...rows("eth_sendRawTransaction", { "is never sent by a replay": [`0x02${"00".repeat(60)}`] }),
    ...rows("debug_getRawHeader", { known: [block.number], "past the head": [past] }),
    ...rows("debug_getRawBlock", { known: [block.number], "past the head": [past] }),
    ...rows("debug_getRawReceipts", { known: [block.number], "no number": ["0x0g"] }),
    ...rows("debug_getRawTransaction", {
      known: [transactions["legacy"] ?? ""],
      unknown: [NOWHERE],
    }),
    ...rows("debug_traceTransaction", {
      "a log": [transactions["log"] ?? "", { disableStorage: true, disableStack: true }],
      "calls of it": [
        transactions["nested"] ?? "",
        { tracer: "callTracer", tracerConfig: { withLog: true } },
      ],
      "state before": [transactions["log"] ?? "", { tracer: "prestateTracer" }],
      "what changed": [
        transactions["log"] ?? "",
        { tracer: "prestateTracer", tracerConfig: { diffMode: true } },
      ],
      "four bytes": [transactions["nested"] ?? "", { tracer: "4byteTracer" }],
      "a revert": [transactions["reverted"] ?? "", { tracer: "callTracer" }],
      unknown: [NOWHERE],
      "no such tracer": [transactions["log"] ?? "", { tracer: "noTracer" }],
    }),
    ...rows("debug_traceCall", {
      "calls of it": [nested, "latest", { tracer: "callTracer" }],
      reverts: [fail, "latest", { tracer: "callTracer" }],
    }),
    ...rows("debug_traceBlockByNumber", {
      "calls of it": [block.number, { tracer: "callTracer" }],
      "the first": ["0x0"],
      "past the head": [past],
    }),
    ...rows("debug_traceBlockByHash", {
      "calls of it": [block.hash, { tracer: "callTracer" }],
      unknown: [NOWHERE],
    }),
    ...rows("debug_storageRangeAt", { "the keeper": [block.hash, 0, keeper, "0x00", 2] }),
    ...rows("debug_accountRange", { "two accounts": ["latest", "0x", 2, true, true, false] }),
    ...rows("debug_getModifiedAccountsByNumber", { "one block": [Number(block.number)] }),
    ...rows("debug_getModifiedAccountsByHash", { "one block": [block.hash] }),
    ...rows("debug_getAccessibleState", { "from the first": ["0x1", "0x3"] }),
    ...rows("debug_intermediateRoots", { known: [block.hash, {}] }),
    ...rows("debug_getBadBlocks", { none: [] }),
    ...rows("debug_dumpBlock", { "the first": ["0x0"] }),
    ...rows("debug_preimage", { unknown: [NOWHERE] }),
    ...rows("net_version", { plain: [] }),
    ...rows("net_listening", { plain: [] }),
    ...rows("net_peerCount", { plain: [] }),
    ...rows("web3_clientVersion", { plain: [] }),
    ...rows("web3_sha3", { "four bytes": ["0x12345678"], "no hex": ["hello"] }),
    ...rows("txpool_status", { plain: [] }),
    ...rows("txpool_content", { plain: [] }),
    ...rows("txpool_contentFrom", { "who waits": [bob], nobody: [keeper] }),
    ...rows("txpool_inspect", { plain: [] }),
    ...rows("rpc_modules", { plain: [] }),
    ...rows("eth_noSuchMethod", { plain: [] }),
  ];
}

function rows(method: string, asked: Readonly<Record<string, readonly JsonValue[]>>): OwnRequest[] {
  return Object.entries(asked).map(([name, params]) => ({
    name: `${method}: ${name}`,
    method,
    params,
  }));
}

function each(
  hashes: readonly (readonly [string, string])[],
): Record<string, readonly JsonValue[]> {
  return Object.fromEntries(hashes.map(([name, hash]) => [name, [hash]]));
}

function simulated(
  calls: JsonObject[],
  more: JsonObject = {},
  options: JsonObject = {},
): readonly JsonValue[] {
  return [{ blockStateCalls: [{ calls, ...more }], ...options }, "latest"];
}
