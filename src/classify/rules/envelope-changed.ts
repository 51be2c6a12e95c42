import type { Rule } from "./rule.ts";

export const envelopeChanged: Rule = {
  id: "envelope-changed",
  severity: "breaking",
  title: "The JSON-RPC envelope changed",
  why: "Clients match answers to requests by `id` and check `jsonrpc`. An id of another type, or a missing one, orphans the answer.",
  sees: "Answers are not matched to their requests.",
  breaks: [
    {
      library: "ethers",
      code: "await provider.send(method, params)",
      result: 'rejects: no answer with the id of the request ("missing response for request")',
    },
    {
      library: "any",
      code: "pending.get(response.id)",
      result: "undefined when the id came back as a string",
    },
  ],
  write: {
    text: "Compare ids as text, and do not depend on `jsonrpc` being there.",
    code: "pending.get(String(response.id))",
  },
  examples: [
    {
      request: { method: "eth_chainId", params: [] },
      old: { result: "0x1" },
      candidate: { result: "0x1" },
      path: "/id",
      candidateMeta: { envelope: { id: "1" } },
    },
    {
      request: { method: "eth_chainId", params: [] },
      old: '{"jsonrpc":"2.0","id":1,"result":"0x1"}',
      candidate: '{"id":1,"result":"0x1"}',
      path: "/jsonrpc",
    },
  ],
  matches: (fact) => fact.type === "envelope",
};
