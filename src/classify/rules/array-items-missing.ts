import type { Rule } from "./rule.ts";

export const arrayItemsMissing: Rule = {
  id: "array-items-missing",
  severity: "breaking",
  title: "Items of a list are missing",
  why: "Indexers count on the lists of a block being complete. A missing log is a missing transfer.",
  sees: "A list is shorter than before, for the same question.",
  breaks: [
    { library: "ethers", code: "(await provider.getLogs(filter)).length", result: "smaller" },
    {
      library: "viem",
      code: "(await client.getBlock({ includeTransactions: true })).transactions",
      result: "lacks a transaction",
    },
    { library: "web3.py", code: "w3.eth.get_logs(filter)", result: "lacks a log" },
  ],
  write: {
    text: "Check the number of items against another source where it matters.",
    code: "if (receipts.length !== block.transactions.length) return askAgain(block.hash);",
  },
  examples: [
    {
      request: { method: "eth_getLogs", params: [{}] },
      old: {
        result: [
          {
            blockHash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
            logIndex: "0x0",
            data: "0x01",
          },
          {
            blockHash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
            logIndex: "0x1",
            data: "0x02",
          },
        ],
      },
      candidate: {
        result: [
          {
            blockHash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
            logIndex: "0x1",
            data: "0x02",
          },
        ],
      },
      path: "/result/0",
    },
  ],
  matches: (fact) => fact.type === "item-removed",
};
