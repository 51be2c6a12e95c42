import { isChange } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const nullToValue: Rule = {
  id: "null-to-value",
  severity: "info",
  title: "Null became a value",
  why: "Null often means something: not mined, not a creation. A value there changes what the client concludes.",
  sees: "A field that was null has a value.",
  breaks: [
    { library: "any", code: "if (tx.gasPrice === null) legacy();", result: "no longer runs" },
  ],
  write: {
    text: "Decide by a field that says it plainly, such as `type`.",
    code: 'if (tx.type === "0x0") legacy();',
  },
  examples: [
    {
      request: { method: "eth_getBlockByNumber", params: ["pending", false] },
      old: { result: { number: "0x1", miner: null } },
      candidate: { result: { number: "0x1", miner: "0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1" } },
      path: "/result/miner",
    },
  ],
  matches: (fact) => isChange(fact) && fact.old === null && typeof fact.candidate !== "boolean",
};
