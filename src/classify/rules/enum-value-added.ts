import { isChange, isNewEnumValue } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const enumValueAdded: Rule = {
  id: "enum-value-added",
  severity: "risky",
  title: "A field has a value that is new",
  why: "Decoders know a fixed list of types and statuses and reject what is not on it.",
  sees: "A type or status that your code has never met.",
  breaks: [
    {
      library: "ethers",
      code: "Transaction.from(raw)",
      result: 'throws "unsupported transaction type"',
    },
    {
      library: "viem",
      code: "formatTransaction(raw).type",
      result: "undefined for an unknown type",
    },
    {
      library: "web3.py",
      code: "TypedTransaction.from_bytes(raw)",
      result: "raises TypeError for an unknown type",
    },
  ],
  write: {
    text: "Have a branch for values that you do not know.",
    code: 'switch (tx.type) { case "0x2": … ; default: return raw(tx); }',
  },
  examples: [
    {
      request: {
        method: "eth_getTransactionByHash",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: {
        result: {
          hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          type: "0x2",
        },
      },
      candidate: {
        result: {
          hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          type: "0x7e",
        },
      },
      path: "/result/type",
    },
  ],
  matches: (fact) => isChange(fact) && isNewEnumValue(fact),
};
