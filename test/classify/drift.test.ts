import { describe, expect, test } from "vitest";
import { severityOf } from "../../src/classify/severity/severity.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { found } from "./pairs.ts";

const HASH = `0x${"a1".repeat(32)}`;
const OTHER = `0x${"b2".repeat(32)}`;
const LOG = {
  address: `0x${"11".repeat(20)}`,
  topics: [HASH, OTHER],
  data: "0x0001",
  blockNumber: "0x10",
  transactionHash: HASH,
  transactionIndex: "0x3",
  blockHash: HASH,
  logIndex: "0x7",
  removed: false,
};
const TRANSACTION = {
  type: "0x0",
  hash: HASH,
  nonce: "0x1",
  gas: "0x5208",
  gasPrice: "0x77359400",
  to: LOG.address,
  input: "0x",
  blockNumber: null,
};

function told(method: string, old: JsonValue, candidate: JsonValue): string[] {
  return found(old, candidate, method).filter((line) => !line.startsWith("value-drift"));
}

function log(id: string, at: JsonObject): JsonObject {
  return { ...LOG, transactionHash: id, at };
}

function block(confirmations: number, more: JsonObject = {}): JsonObject {
  return { hash: "00ab", confirmations, ...more };
}

function added(candidate: string): string {
  return severityOf({
    kind: "array-items-added",
    method: "getBlocks",
    path: "/result/*",
    variants: [{ old: "", candidate, calls: 1 }],
  }).severity;
}

describe("an item that only the candidate lists is held against old's items", () => {
  const changed = (fields: JsonObject): string[] =>
    told(
      "eth_getFilterChanges",
      [LOG],
      [{ ...LOG, transactionHash: OTHER, blockHash: OTHER, logIndex: "0x9", ...fields }],
    );

  test.each([
    ["another log", {}, []],
    ["another number of topics", { topics: [HASH] }, []],
    ["a number in its list", { topics: [HASH, 7] }, ["type-changed /result/0/topics/1"]],
    [
      "a hash without its prefix in its list",
      { topics: [HASH.slice(2)] },
      ["encoding-changed /result/0/topics/0"],
    ],
    ["a list for a text", { data: ["0x00"] }, ["type-changed /result/0/data"]],
    ["a decimal", { logIndex: "9" }, ["encoding-changed /result/0/logIndex"]],
    ["bytes of another length", { data: `0x${"00".repeat(64)}` }, []],
    [
      "an address that is too long",
      { address: `${LOG.address}00` },
      ["encoding-changed /result/0/address"],
    ],
    ["a null in a list of others", { topics: null }, ["value-to-null /result/0/topics"]],
  ])("%s", (_, fields, expected) => {
    expect(changed(fields)).toEqual(expected);
  });

  test("of another type: it has fields of its own, and the ones that both have are written alike", () => {
    const { gasPrice: _, ...bare } = TRANSACTION;
    const other = { ...bare, type: "0x2", hash: OTHER, maxFeePerGas: "0x1" };
    expect(told("eth_pendingTransactions", [TRANSACTION], [other])).toEqual([]);
    expect(told("eth_pendingTransactions", [TRANSACTION], [{ ...other, gas: 21_000 }])).toEqual([
      "type-changed /result/0/gas",
    ]);
  });

  test("what each of two and more has inside must be there, what one alone has need not", () => {
    const full = { amount: "1", sender: "SP1" };
    const lacking = { ...log(`0x${"c3".repeat(32)}`, { amount: "3" }), blockHash: OTHER };
    const two = [log(HASH, full), log(OTHER, full)];
    expect(told("eth_getFilterChanges", two, [lacking])).toEqual([
      "field-removed /result/0/at/sender",
    ]);
    expect(told("eth_getFilterChanges", two.slice(0, 1), [lacking])).toEqual([]);
  });
});

test.each([
  ["eth_getFilterChanges", [HASH], [OTHER], []],
  ["eth_getFilterChanges", [HASH], [OTHER.slice(2)], ["encoding-changed /result/0"]],
  ["eth_getFilterChanges", [HASH], [7], ["type-changed /result/0"]],
  ["eth_accounts", [LOG.address], [`0x${"22".repeat(20)}`], []],
  ["getBlocks", [1, 2, 3], [1, 2, 4], []],
  ["getBlocks", [1, 2, 3], [1, 2, "3"], ["type-changed /result/2"]],
])(
  "a plain item of a drifting list is a thing of its own: %s %j → %j",
  (method, old, candidate, lines) => {
    expect(told(method, old, candidate)).toEqual(lines);
  },
);

function poolOf(account: string, nonce: string, transaction: JsonObject): JsonObject {
  return {
    pending: { [account]: { [nonce]: transaction } },
    queued: {},
  };
}

test("accounts of the pool are told apart, their nonces are no fields", () => {
  const { address } = LOG;
  const other = `0x${"22".repeat(20)}`;
  const old = poolOf(address, "1", TRANSACTION);
  const foreign = { ...TRANSACTION, hash: OTHER, nonce: "0x5" };
  expect(told("txpool_content", old, poolOf(other, "5", foreign))).toEqual([]);
  expect(told("txpool_content", old, poolOf(other, "5", { ...foreign, nonce: 5 }))).toEqual([
    `type-changed /result/pending/${other}/5/nonce`,
  ]);
});

test("a log whose name is what changed is the same log", () => {
  const last = { ...LOG, logIndex: null };
  expect(told("eth_getFilterChanges", [LOG], [last])).toEqual(["value-to-null /result/0/logIndex"]);
  const lost = { ...LOG, blockHash: null };
  expect(told("eth_getFilterChanges", [LOG], [lost])).toEqual([
    "value-to-null /result/0/blockHash",
  ]);
});

test.each([
  ["eth_newFilter", "0x1f", "0x2a", []],
  ["eth_newFilter", "0x1f", "0X2A", ["encoding-changed /result"]],
  ["web3_clientVersion", "Geth/v1.16.7", "Geth/v1.17.0", []],
  ["web3_clientVersion", "Geth/v1.16.7", "", ["value-changed /result"]],
  ["eth_coinbase", LOG.address, `0x${"22".repeat(20)}`, []],
  ["eth_coinbase", LOG.address, `0x${"22".repeat(32)}`, ["encoding-changed /result"]],
])("%s: %s → %s", (method, old, candidate, expected) => {
  expect(told(method, old, candidate)).toEqual(expected);
});

describe("a block's follower is not there yet while the block is the newest", () => {
  const next = { nextblockhash: "00cd" };

  test.each([
    ["newest on the candidate", block(2, next), block(1), []],
    ["newest on old", block(1), block(2, next), []],
    ["gone", block(6, next), block(6), ["field-removed /result/nextblockhash"]],
    [
      "gone, and nobody says how deep",
      { ...next, hash: "1" },
      { hash: "1" },
      ["field-removed /result/nextblockhash"],
    ],
  ])("%s", (_, old, candidate, expected) => {
    const lines = told("getblock", old, candidate);
    expect(lines).toEqual(expected);
  });
});

test("what a node says of itself in words may be empty", () => {
  expect(told("getnetworkinfo", { warnings: "" }, { warnings: "unknown rules" })).toEqual([]);
  expect(told("getnetworkinfo", { subversion: "/Satoshi/" }, { subversion: "" })).toEqual([
    "value-changed /result/subversion",
  ]);
});

test("a null among the items breaks their readers, another item need not", () => {
  expect([added("null"), added("7")]).toEqual(["breaking", "risky"]);
});

function dump(number: number, at: string, cached: string, size: number): string {
  return [
    `(*types.Block)(${at})({`,
    ` header: (*types.Header)(${at})({Number: (*big.Int)(${at})(${number})}),`,
    " hash: (atomic.Pointer[[4]uint8]) {",
    `  v: (unsafe.Pointer) ${cached}`,
    " },",
    " size: (atomic.Uint64) {",
    "  _: (atomic.align64) {",
    "  },",
    `  v: (uint64) ${size}`,
    " },",
    ` Extra: ([]uint8) (len=2 cap=${size + 2}),`,
    ` ReceivedAt: (time.Time) 2026-11-25 14:06:5${size % 10} +0000 UTC m=+0.000123819,`,
    "})",
  ].join("\n");
}

test("a dump of Go's memory: its addresses, caches and clock pass, the block does not", () => {
  const old = dump(5, "0x6ef5669e120", "0x6ef56682154", 0);
  const method = "debug_printBlock";
  expect(told(method, old, dump(5, "0x5f80aaaa120", "<nil>", 612))).toEqual([]);
  expect(told(method, old, dump(6, "0x5f80aaaa120", "<nil>", 612))).toEqual([
    "value-changed /result",
  ]);
});

function statusOf(confirmations: number | null): JsonObject {
  return {
    context: { slot: confirmations ?? 99 },
    value: [{ slot: 1, confirmations, err: null }],
  };
}

function nodeOf(pubkey: string, rpc: string | null): JsonObject {
  return {
    pubkey,
    rpc,
    gossip: "10.0.0.1:8001",
    version: "2.0.1",
  };
}

test.each([
  [
    "getSignaturesForAddress",
    { signature: "5h", slot: 1, err: null },
    { signature: "6k", slot: 9 },
  ],
  ["getVoteAccounts", { votePubkey: "a", commission: 5 }, { votePubkey: "b", commission: 7 }],
])("%s: an item by another name is another item", (method, item, next) => {
  const listOf = (one: JsonObject): JsonValue =>
    method === "getVoteAccounts" ? { current: [one], delinquent: [] } : [one];
  expect(told(method, listOf(item), listOf({ ...item, ...next }))).toEqual([]);
});

test("null drifts where it is one of the values, and nowhere else", () => {
  expect(told("getSignatureStatuses", statusOf(5), statusOf(null))).toEqual([]);
  expect(
    told("getLatestBlockhash", { value: { blockhash: "4a" } }, { value: { blockhash: null } }),
  ).toEqual(["value-to-null /result/value/blockhash"]);
});

test("two nodes of a cluster are not one: what the other does not tell is no change", () => {
  expect(told("getClusterNodes", [nodeOf("a", "10.0.0.1:8899")], [nodeOf("b", null)])).toEqual([]);
});

test("a number that drifts does not go below zero: a block that left the chain has -1 confirmations", () => {
  expect(told("getblock", block(5), block(-1))).toEqual(["value-changed /result/confirmations"]);
  expect(told("getblock", block(5), block(6))).toEqual([]);
  expect(told("getnetworkinfo", { timeoffset: 1 }, { timeoffset: -2 })).toEqual([]);
});
