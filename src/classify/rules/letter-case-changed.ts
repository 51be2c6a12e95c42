import { sameButForCase } from "../facts/value-forms.ts";
import { isChange } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const letterCaseChanged: Rule = {
  id: "letter-case-changed",
  severity: "risky",
  title: "Only the case of letters changed",
  why: "Addresses and hashes are compared as text by many clients and used as keys.",
  sees: "An address or hash is written with capitals, or without.",
  breaks: [
    {
      library: "any",
      code: "if (log.address === KNOWN) …",
      result: "not taken: compare lower case",
    },
    { library: "ethers", code: "getAddress(log.address) === KNOWN", result: "still works" },
    {
      library: "web3.py",
      code: 'log["address"] == KNOWN',
      result: "web3.py checksums addresses itself, raw JSON differs",
    },
  ],
  write: {
    text: "Compare in lower case, or checksum both.",
    code: "log.address.toLowerCase() === KNOWN.toLowerCase()",
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
          from: "0xc100000000000000000000000000000000000abc",
        },
      },
      candidate: {
        result: {
          hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          from: "0xC100000000000000000000000000000000000aBc",
        },
      },
      path: "/result/from",
    },
  ],
  matches: (fact) => isChange(fact) && sameButForCase(fact.old, fact.candidate),
};
