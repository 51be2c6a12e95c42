import { becomes, isMissingMethod } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const methodRemoved: Rule = {
  id: "method-removed",
  severity: "breaking",
  title: "The method is gone",
  why: "Every call of it now fails. Nothing but a change of the client code helps.",
  sees: "Error -32601: the method does not exist or is not available.",
  breaks: [
    {
      library: "ethers",
      code: 'await provider.send("eth_getWork", [])',
      result: "rejects with UNSUPPORTED_OPERATION",
    },
    {
      library: "viem",
      code: 'await client.request({ method: "eth_getWork" })',
      result: "throws MethodNotFoundRpcError",
    },
    {
      library: "web3.py",
      code: 'w3.provider.make_request("eth_getWork", [])',
      result: "answers with error -32601; w3.eth methods raise MethodUnavailable",
    },
  ],
  write: {
    text: "Use the method that replaces it, and fall back on error -32601.",
    code: "catch (error) { if (error.code === -32601) return useReplacement(); throw error; }",
  },
  examples: [
    {
      request: { method: "eth_coinbase", params: [] },
      old: { result: "0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1" },
      candidate: {
        error: { code: -32601, message: "the method eth_coinbase does not exist/is not available" },
      },
      path: "",
    },
    {
      request: { method: "eth_getWork", params: [] },
      old: { error: { code: -32000, message: "no mining work available yet" } },
      candidate: {
        error: { code: -32601, message: "the method eth_getWork does not exist/is not available" },
      },
      path: "",
    },
  ],
  matches: (fact) =>
    becomes(fact, "error") &&
    fact.path === "" &&
    isMissingMethod(fact.candidateError) &&
    !isMissingMethod(fact.oldError),
};
