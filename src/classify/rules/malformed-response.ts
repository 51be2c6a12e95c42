import type { Rule } from "./rule.ts";

export const malformedResponse: Rule = {
  id: "malformed-response",
  severity: "breaking",
  title: "The answer no longer parses",
  why: "The body is not what the protocol allows: cut off, HTML of a proxy, or neither result nor error.",
  sees: "Libraries fail while reading the body, before any of your code runs.",
  breaks: [
    { library: "any", code: "JSON.parse(body)", result: "throws SyntaxError" },
    {
      library: "ethers",
      code: "await provider.send(method, params)",
      result: "rejects while reading the body",
    },
    {
      library: "web3.py",
      code: 'w3.eth.get_block("latest")',
      result: "raises JSONDecodeError or BadResponseFormat",
    },
  ],
  write: {
    text: "Treat an unreadable body like an outage: retry elsewhere.",
    code: "try { return JSON.parse(body); } catch { return retryElsewhere(request); }",
  },
  examples: [
    {
      request: { method: "eth_chainId", params: [] },
      old: { result: "0x1" },
      candidate: "<html>502 Bad Gateway</html>",
      path: "",
      candidateMeta: { outcome: "malformed" },
    },
    {
      request: { method: "eth_chainId", params: [] },
      old: { result: "0x1" },
      candidate: '{"jsonrpc":"2.0","id":1,"resu',
      path: "",
    },
  ],
  matches: (fact) => fact.type === "malformed",
};
