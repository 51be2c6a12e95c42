import { isNullableField } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const nullVsAbsent: Rule = {
  id: "null-vs-absent",
  severity: "risky",
  title: "A field is null on one side and absent on the other",
  why: "Strict decoders tell the two apart: a key that must be there, or one that must not be null.",
  sees: "A field that was null is left out, or the other way round.",
  breaks: [
    { library: "any", code: '"contractAddress" in receipt', result: "another answer" },
    {
      library: "ethers",
      code: 'provider.send("eth_getTransactionReceipt", [hash])',
      result: "raw result: undefined instead of null",
    },
    { library: "web3.py", code: 'receipt["contractAddress"]', result: "KeyError instead of None" },
  ],
  write: {
    text: "Treat null and absent alike.",
    code: "if (receipt.contractAddress == null) notACreation();",
  },
  examples: [
    {
      request: {
        method: "eth_getTransactionReceipt",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { status: "0x1", contractAddress: null } },
      candidate: { result: { status: "0x1" } },
      path: "/result/contractAddress",
    },
    {
      request: {
        method: "eth_getTransactionByHash",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: {
        result: { hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a" },
      },
      candidate: {
        result: {
          hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          to: null,
        },
      },
      path: "/result/to",
    },
  ],
  matches: (fact) =>
    (fact.type === "removed" && fact.old === null && fact.alone !== true) ||
    (fact.type === "added" && fact.candidate === null && isNullableField(fact)),
};
