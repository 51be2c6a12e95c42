import type { Rule } from "./rule.ts";

export const fieldRenamed: Rule = {
  id: "field-renamed",
  severity: "breaking",
  title: "A field has another name",
  why: "Whoever reads the old name finds nothing. The value is still there, under another name.",
  sees: "A field is missing, and a new one holds its value.",
  breaks: [
    { library: "any", code: "receipt.gasUsed", result: "undefined" },
    {
      library: "viem",
      code: "client.request(…) with a typed result",
      result: "undefined at run time where the type says hex",
    },
    { library: "web3.py", code: 'receipt["gasUsed"]', result: "KeyError" },
  ],
  write: { text: "Read both names.", code: "const gasUsed = receipt.gasUsed ?? receipt.gas_used;" },
  examples: [
    {
      request: {
        method: "eth_getTransactionReceipt",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { status: "0x1", gasUsed: "0x5208" } },
      candidate: { result: { status: "0x1", gas_used: "0x5208" } },
      path: "/result/gasUsed",
    },
  ],
  matches: (fact) => fact.type === "renamed",
};
