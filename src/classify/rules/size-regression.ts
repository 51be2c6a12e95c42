import type { Rule } from "./rule.ts";

export const sizeRegression: Rule = {
  id: "size-regression",
  severity: "risky",
  title: "The method's answers are larger",
  why: "More bytes for the same question: limits on body size, memory and egress cost are affected.",
  sees: "Answers are larger than before.",
  breaks: [
    {
      library: "any",
      code: "client with a limit on the size of a body",
      result: "refuses the answer",
    },
  ],
  write: {
    text: "Raise the limit, or ask for less (without full transactions, without memory in traces).",
    code: '{ "disableStorage": true, "enableMemory": false }',
  },
  examples: [
    {
      request: {
        method: "debug_traceTransaction",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: null,
      candidate: null,
      path: "",
      fact: { type: "size", old: 12000, candidate: 60000 },
    },
  ],
  matches: (fact) => fact.type === "size",
};
