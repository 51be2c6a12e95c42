import { isChange } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const valueToNull: Rule = {
  id: "value-to-null",
  severity: "breaking",
  title: "A value became null",
  why: "Clients that require the value reject the answer, others read null as pending or missing.",
  sees: "A field that had a value is null.",
  breaks: [
    {
      library: "any",
      code: "BigInt(receipt.gasUsed)",
      result: "TypeError: Cannot convert null to a BigInt",
    },
    {
      library: "ethers",
      code: "await provider.getTransactionReceipt(hash)",
      result: "rejects: invalid value for value.gasUsed",
    },
    { library: "web3.py", code: 'receipt["gasUsed"] + 1', result: "TypeError" },
  ],
  write: {
    text: "Handle null.",
    code: "const gasUsed = receipt.gasUsed == null ? null : BigInt(receipt.gasUsed);",
  },
  examples: [
    {
      request: {
        method: "eth_getTransactionReceipt",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { status: "0x1", gasUsed: "0x7" } },
      candidate: { result: { status: "0x1", gasUsed: null } },
      path: "/result/gasUsed",
    },
  ],
  matches: (fact) => isChange(fact) && fact.candidate === null && typeof fact.old !== "boolean",
};
