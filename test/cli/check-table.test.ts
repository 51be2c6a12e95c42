import { expect, test } from "vitest";
import { checkTable } from "../../src/cli/check-table.ts";
import type { TargetFacts } from "../../src/model/run.ts";
import type { CheckResult } from "../../src/replay/check/check.ts";

const facts = (over: Partial<TargetFacts>): TargetFacts => ({
  url: "http://10.0.0.1:8545",
  clientVersion: "Geth/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.25.1",
  capabilities: { head: 120, namespaces: ["eth", "net", "web3"], batchLimit: 1000, syncing: false },
  ...over,
});
const RESULT: CheckResult = {
  chain: "ethereum",
  network: { chainId: "1", genesisHash: `0x${"ab".repeat(32)}` },
  old: [facts({})],
  candidate: [
    facts({
      url: "http://10.0.0.2:8545",
      clientVersion: "Geth/v1.17.0\u001B[2J",
      capabilities: {
        head: 121,
        namespaces: "admin debug eth miner net trace txpool web3".split(" "),
        batchLimit: null,
        syncing: true,
        headerDepth: 7,
      },
    }),
  ],
  differences: [
    {
      capability: "namespaces",
      old: ["eth", "net", "web3"],
      candidate: "admin debug eth miner net trace txpool web3".split(" "),
      effect: "calls of a namespace that is off on one side show method-removed or method-added",
    },
  ],
};

test("two nodes stand side by side at 80 columns, and what differs is marked", () => {
  const text = checkTable(RESULT);
  expect(text).toMatchSnapshot();
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("several nodes a side are listed one below the other", () => {
  const text = checkTable({ ...RESULT, old: [...RESULT.old, facts({ url: "http://10.0.0.3" })] });
  expect(text).toMatchSnapshot();
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
