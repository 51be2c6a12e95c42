import { jsonType } from "../facts/value-forms.ts";
import { isChange } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const typeChanged: Rule = {
  id: "type-changed",
  severity: "breaking",
  title: "The type of a value changed",
  why: "A number that becomes a string, a flag that becomes null, a value that is wrapped in an object: typed decoders reject it, others compare it wrongly.",
  sees: "A field has another JSON type.",
  breaks: [
    { library: "any", code: "log.index + 1", result: '"0x01" instead of 1: text is joined' },
    { library: "ethers", code: "getNumber(value)", result: "throws for an object" },
    {
      library: "viem",
      code: 'hexToBigInt({ value: "0x1" })',
      result: "SyntaxError: Cannot convert [object Object] to a BigInt",
    },
    { library: "web3.py", code: "int(value, 16)", result: "TypeError when it is a number" },
  ],
  write: {
    text: "Accept both types.",
    code: 'const index = typeof log.index === "string" ? Number(log.index) : log.index;',
  },
  examples: [
    {
      request: {
        method: "debug_traceTransaction",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { logs: [{ index: 0 }] } },
      candidate: { result: { logs: [{ index: "0x0" }] } },
      path: "/result/logs/0/index",
    },
    {
      request: {
        method: "eth_getTransactionReceipt",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { timeboosted: false } },
      candidate: { result: { timeboosted: null } },
      path: "/result/timeboosted",
    },
    {
      request: {
        method: "eth_getStorageAt",
        params: ["0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1", "0x0"],
      },
      old: { result: "0x1" },
      candidate: { result: { value: "0x1" } },
      path: "/result",
    },
  ],
  matches: (fact) =>
    fact.type === "wrapped" || (isChange(fact) && jsonType(fact.old) !== jsonType(fact.candidate)),
};
