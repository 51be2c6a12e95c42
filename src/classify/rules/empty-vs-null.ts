import { isEmptyValue } from "../facts/value-forms.ts";
import { isChange } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const emptyVsNull: Rule = {
  id: "empty-vs-null",
  severity: "risky",
  title: "An empty value is null on the other side",
  why: 'Loops run over an empty list and fail on null. Hex parsers take "0x" and fail on null.',
  sees: "An empty list or text became null, or the other way round.",
  breaks: [
    {
      library: "any",
      code: "for (const log of receipt.logs) …",
      result: "TypeError: null is not iterable",
    },
    {
      library: "viem",
      code: "client.getTransactionReceipt({ hash })",
      result: "logs: null passes through and fails later",
    },
    {
      library: "web3.py",
      code: 'for log in receipt["logs"]',
      result: "TypeError: NoneType is not iterable",
    },
  ],
  write: { text: "Have a default.", code: "for (const log of receipt.logs ?? []) handle(log);" },
  examples: [
    {
      request: {
        method: "eth_getTransactionReceipt",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { status: "0x1", logs: [] } },
      candidate: { result: { status: "0x1", logs: null } },
      path: "/result/logs",
    },
  ],
  matches: (fact) =>
    isChange(fact) &&
    ((fact.old === null && isEmptyValue(fact.candidate)) ||
      (fact.candidate === null && isEmptyValue(fact.old))),
};
