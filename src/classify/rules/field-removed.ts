import type { Rule } from "./rule.ts";

export const fieldRemoved: Rule = {
  id: "field-removed",
  severity: "breaking",
  title: "A field is gone",
  why: "Code that reads it gets nothing, typed decoders that require it reject the whole answer.",
  sees: "A field of the answer is no longer there.",
  breaks: [
    {
      library: "ethers",
      code: 'BigInt((await provider.send("eth_getBlockByNumber", ["latest", false])).totalDifficulty)',
      result: "TypeError: Cannot convert undefined to a BigInt",
    },
    {
      library: "viem",
      code: "(await client.getBlock()).totalDifficulty + 1n",
      result: "TypeError: totalDifficulty is null",
    },
    {
      library: "web3.py",
      code: 'w3.eth.get_block("latest")["totalDifficulty"]',
      result: "KeyError",
    },
  ],
  write: {
    text: "Read it only where it is there.",
    code: "const total = block.totalDifficulty === undefined ? null : BigInt(block.totalDifficulty);",
  },
  examples: [
    {
      request: { method: "eth_getBlockByNumber", params: ["0x1", false] },
      old: { result: { number: "0x1", totalDifficulty: "0x20000" } },
      candidate: { result: { number: "0x1" } },
      path: "/result/totalDifficulty",
    },
  ],
  matches: (fact) => fact.type === "removed",
};
