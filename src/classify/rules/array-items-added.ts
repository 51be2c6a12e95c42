import type { Rule } from "./rule.ts";

export const arrayItemsAdded: Rule = {
  id: "array-items-added",
  severity: "risky",
  title: "A list has more items",
  why: "What is counted or summed changes; a list of one block that grows was incomplete before or is wrong now.",
  sees: "A list is longer than before, for the same question.",
  breaks: [
    {
      library: "any",
      code: "traces.reduce((sum, t) => sum + BigInt(t.action.value ?? 0), 0n)",
      result: "another sum",
    },
    { library: "ethers", code: "(await provider.getLogs(filter)).length", result: "larger" },
    { library: "web3.py", code: "len(w3.eth.get_logs(filter))", result: "larger" },
  ],
  write: {
    text: "Identify items by their fields, and filter for those you know.",
    code: "const seen = new Map(logs.map((log) => [`${log.blockHash}:${log.logIndex}`, log]));",
  },
  examples: [
    {
      request: { method: "trace_block", params: ["0x1"] },
      old: {
        result: [
          {
            type: "call",
            transactionHash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          },
        ],
      },
      candidate: {
        result: [
          {
            type: "call",
            transactionHash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          },
          {
            type: "reward",
            transactionHash: "0x2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b",
          },
        ],
      },
      path: "/result/1",
    },
  ],
  matches: (fact) => fact.type === "item-added",
};
