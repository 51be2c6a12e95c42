import type { Rule } from "./rule.ts";

export const valueDrift: Rule = {
  id: "value-drift",
  severity: "noise",
  title: "A value moved with the head, names the node, or is within its tolerance",
  why: "The two nodes were asked at slightly different moments, or the value belongs to the node itself. Type, form and range still hold.",
  sees: "Nothing that two calls to one node would not show.",
  breaks: [
    { library: "any", code: "await provider.getBlockNumber()", result: "one block more or less" },
  ],
  write: { text: "Nothing to do.", code: "await provider.getBlockNumber()" },
  examples: [
    {
      request: { method: "eth_blockNumber", params: [] },
      old: { result: "0x64" },
      candidate: { result: "0x65" },
      path: "/result",
    },
    {
      request: { method: "web3_clientVersion", params: [] },
      old: { result: "Geth/v1.16.7" },
      candidate: { result: "Geth/v1.17.0" },
      path: "/result",
    },
  ],
  matches: (fact) => fact.type === "drift",
};
