import type { Rule } from "./rule.ts";

export const serialisationChanged: Rule = {
  id: "serialisation-changed",
  severity: "noise",
  title: "Key order, white space or the notation of a fraction changed",
  why: "The values are the same for every JSON parser. Only whoever compares or hashes raw bytes can tell.",
  sees: "Nothing, unless raw bodies are compared.",
  breaks: [{ library: "any", code: "sha256(body)", result: "another hash for the same values" }],
  write: {
    text: "Compare parsed values.",
    code: "isDeepStrictEqual(JSON.parse(a), JSON.parse(b))",
  },
  examples: [
    {
      request: { method: "eth_syncing", params: [] },
      old: '{"jsonrpc":"2.0","id":1,"result":{"a":"0x1","b":"0x2"}}',
      candidate: '{"jsonrpc":"2.0","id":1,"result":{"b":"0x2", "a":"0x1"}}',
      path: "",
    },
    {
      request: { method: "eth_feeHistory", params: ["0x1", "0x10", []] },
      old: '{"jsonrpc":"2.0","id":1,"result":{"gasUsedRatio":[0]}}',
      candidate: '{"jsonrpc":"2.0","id":1,"result":{"gasUsedRatio":[0.0]}}',
      path: "/result/gasUsedRatio/0",
    },
  ],
  matches: (fact) => fact.type === "bytes",
};
