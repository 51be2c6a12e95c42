import type { Rule } from "./rule.ts";

export const httpStatusChanged: Rule = {
  id: "http-status-changed",
  severity: "breaking",
  title: "The HTTP status changed",
  why: "Libraries, load balancers and retry logic act on the status before they read the body.",
  sees: "A request that succeeded is now an HTTP error, or the other way round.",
  breaks: [
    {
      library: "ethers",
      code: "await provider.send(method, params)",
      result: "response.assertOk() throws SERVER_ERROR, the JSON-RPC error in the body is not read",
    },
    {
      library: "viem",
      code: "await client.request({ method, params })",
      result: "throws HttpRequestError with the status",
    },
    {
      library: "web3.py",
      code: "w3.provider.make_request(method, params)",
      result: "raise_for_status() raises HTTPError",
    },
  ],
  write: {
    text: "Read the body of an error status too: it may hold the JSON-RPC error.",
    code: "const answer = await response.json(); if (answer.error) handle(answer.error);",
  },
  examples: [
    {
      request: { method: "eth_chainId", params: [] },
      old: { result: "0x1" },
      candidate: { result: "0x1" },
      path: "/status",
      candidateMeta: { status: 503, outcome: "reply" },
    },
    {
      protocol: "rest",
      request: { method: "GET /v2/info" },
      old: { peer_version: 1 },
      candidate: { peer_version: 1 },
      path: "/status",
      candidateMeta: { status: 203, outcome: "reply" },
    },
  ],
  matches: (fact) => fact.type === "status",
};
