import type { Rule } from "./rule.ts";

export const chainSplit: Rule = {
  id: "chain-split",
  severity: "breaking",
  title: "Old and candidate are on different chains",
  why: "Two versions that disagree on a block after it is final follow different rules. Whoever rolls out the candidate serves another chain. This is what took providers down in November 2020.",
  sees: "Balances, receipts and logs from the new endpoint belong to another chain.",
  breaks: [
    {
      library: "any",
      code: "(await provider.getBlock(height)).hash",
      result: "another hash for a final block",
    },
  ],
  write: {
    text: "Nothing on your side helps: wait for word from us before you use the new endpoint.",
    code: 'if (finalBlock.hash !== knownHash) throw new Error("another chain");',
  },
  examples: [
    {
      request: { method: "eth_getBlockByNumber", params: ["0x64", false] },
      old: null,
      candidate: null,
      path: "/result/hash",
      fact: {
        type: "chain-split",
        old: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
        candidate: "0x2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b",
      },
    },
  ],
  matches: (fact) => fact.type === "chain-split",
};
