import { describe, expect, test } from "vitest";
import { hashAt, type Answer, type FakeNodeOptions } from "../support/servers/fake-node.ts";
import { call, exchangeOf, node, replayTo, said } from "./support.ts";

const HASH = `0x${"ab".repeat(32)}`;
const TRACE = call("debug_traceTransaction", [HASH, {}]);

/** A node whose chain ends at `head` and that knows one transaction, of block 99, when its chain holds that. */
function knowing(head: number, answer?: Answer): FakeNodeOptions {
  const holds = head >= 99;
  return {
    chain: { head, finalized: null },
    answer: (asked) => {
      const own = answer?.(asked);
      if (own !== undefined) return own;
      if (asked.method === "eth_getTransactionByHash") {
        return { result: holds ? { hash: HASH, blockNumber: "0x63" } : null };
      }
      if (asked.method !== "debug_traceTransaction") return undefined;
      return holds
        ? { result: { gas: 21_000 } }
        : { error: { code: -32000, message: "transaction not found" } };
    },
  };
}

const lost: Answer = ({ method }) =>
  method === "debug_traceTransaction"
    ? { error: { code: -32000, message: "transaction not found" } }
    : undefined;

const pruned: Answer = ({ method, params }) =>
  method === "eth_getBalance" && Number(params[1]) < 50
    ? { error: { code: -32000, message: "not supported" } }
    : undefined;

describe("a candidate that is behind", () => {
  test("lacks a transaction for that: node-behind, whatever its words are", async () => {
    const [old, candidate] = [await node(knowing(100)), await node(knowing(90))];
    const { comparisons, notes } = await replayTo([exchangeOf(1, TRACE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["debug_traceTransaction: uncomparable node-behind"]);
    expect(notes).toEqual([]);
  });

  test("that holds the transaction's block and does not find it is a finding", async () => {
    const [old, candidate] = [await node(knowing(100)), await node(knowing(99, lost))];
    const { comparisons } = await replayTo([exchangeOf(1, TRACE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["debug_traceTransaction: result-to-error  (confirmed)"]);
  });

  test("stops the run when it stays far behind", async () => {
    const [old, candidate] = [await node(), await node({ chain: { head: 7, finalized: null } })];
    const exchanges = Array.from({ length: 400 }, (_, id) => exchangeOf(id, call("eth_chainId")));
    const notes: string[] = [];
    const run = replayTo(exchanges, old.url, candidate.url, {
      ratePerSecond: 50,
      lagForMs: 500,
      told: notes,
    });
    await expect(run).rejects.toMatchObject({
      message:
        "The replay stopped: candidate stands at block 7, 93 blocks behind old, and came no nearer for 0.5 s.",
      exitCode: 4,
    });
    expect(notes.filter((note) => note.startsWith("Warning"))).toEqual([
      "Warning: candidate stands at block 7, 93 blocks behind old; what it lacks can't be compared (node-behind).",
    ]);
  });
});

test("state that old pruned under a pin at a stuck candidate's head is lost, whatever old calls that", async () => {
  const [old, candidate] = [
    await node({ answer: pruned, chain: { forkAt: 1_000 } }),
    await node({ chain: { head: 40, finalized: null, forkAt: 1_000 } }),
  ];
  const balance = exchangeOf(1, call("eth_getBalance", ["0x01", "latest"]));
  const { comparisons } = await replayTo([balance], old.url, candidate.url);
  expect(hashAt(old.chain, 40)).toBe(hashAt(candidate.chain, 40));
  expect(comparisons.map(said)).toEqual(["eth_getBalance: uncomparable state-lost"]);
});
