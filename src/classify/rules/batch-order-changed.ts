import type { Rule } from "./rule.ts";

export const batchOrderChanged: Rule = {
  id: "batch-order-changed",
  severity: "breaking",
  title: "The answers of a batch come in another order",
  why: "The specification allows any order, but many clients take the answers by position.",
  sees: "Answers of a batch are taken for those of other calls.",
  breaks: [
    {
      library: "any",
      code: "const [block, balance] = await sendBatch([getBlock, getBalance]);",
      result: "the two are swapped",
    },
    {
      library: "web3.py",
      code: "w3.provider.make_batch_request(requests)",
      result: "answers are in the order of the node in versions that do not sort by id",
    },
  ],
  write: {
    text: "Match the answers of a batch by id.",
    code: "const byId = new Map(answers.map((answer) => [answer.id, answer]));",
  },
  examples: [
    {
      request: { method: "(batch)", params: [] },
      old: [
        { jsonrpc: "2.0", id: 1, result: "0x1" },
        { jsonrpc: "2.0", id: 2, result: "0x2" },
      ],
      candidate: [
        { jsonrpc: "2.0", id: 2, result: "0x2" },
        { jsonrpc: "2.0", id: 1, result: "0x1" },
      ],
      path: "",
    },
  ],
  matches: (fact) => fact.type === "batch-order",
};
