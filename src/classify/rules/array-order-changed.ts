import type { Rule } from "./rule.ts";

export const arrayOrderChanged: Rule = {
  id: "array-order-changed",
  severity: "risky",
  title: "The items of a list come in another order",
  why: "Clients take items by position, page through them, or stop at the first one they know.",
  sees: "The same items in another order.",
  breaks: [
    { library: "any", code: "receipt.logs[0]", result: "another log" },
    {
      library: "ethers",
      code: "(await contract.queryFilter(filter)).at(-1)",
      result: "not the newest event any more",
    },
    {
      library: "web3.py",
      code: "w3.eth.get_logs(filter)[-1]",
      result: "not the newest log any more",
    },
  ],
  write: {
    text: "Sort by the fields that give the order before you rely on it.",
    code: "logs.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex)",
  },
  examples: [
    {
      request: { method: "eth_getBlockByNumber", params: ["0x1", false] },
      old: {
        result: {
          number: "0x1",
          uncles: [
            "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
            "0x2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b",
          ],
        },
      },
      candidate: {
        result: {
          number: "0x1",
          uncles: [
            "0x2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b",
            "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          ],
        },
      },
      path: "/result/uncles",
    },
  ],
  matches: (fact) => fact.type === "reordered",
};
