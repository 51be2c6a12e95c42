import type { Rule } from "./rule.ts";

export const nullToResult: Rule = {
  id: "null-to-result",
  severity: "info",
  title: "Null became a result",
  why: 'What was not found is found now. Code that took null for "does not exist" takes another branch.',
  sees: "Something that was not found can be fetched.",
  breaks: [{ library: "any", code: "if (receipt === null) resubmit();", result: "no longer runs" }],
  write: {
    text: "Nothing to do where null is handled.",
    code: "if (receipt !== null) use(receipt);",
  },
  examples: [
    {
      request: { method: "eth_getBlockReceipts", params: ["0x0"] },
      old: { result: null },
      candidate: { result: [] },
      path: "/result",
    },
  ],
  matches: (fact) => fact.type === "answer" && fact.from === "null" && fact.to === "result",
};
