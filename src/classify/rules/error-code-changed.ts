import { isErrorMember } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const errorCodeChanged: Rule = {
  id: "error-code-changed",
  severity: "breaking",
  title: "The error code changed",
  why: "Libraries map codes to error classes and decide by them whether to retry.",
  sees: "The same failure comes with another code.",
  breaks: [
    {
      library: "ethers",
      code: "catch (e) { if (e.error?.code === -32000) … }",
      result: "the branch is not taken",
    },
    {
      library: "viem",
      code: "catch (e) { if (e instanceof InvalidInputRpcError) … }",
      result: "-32602 becomes InvalidParamsRpcError",
    },
    {
      library: "web3.py",
      code: 'except Web3RPCError as e: e.rpc_response["error"]["code"]',
      result: "another number",
    },
  ],
  write: {
    text: "Accept both codes, or decide by what was asked.",
    code: "if ([-32000, -32602].includes(error.code)) return invalidRange();",
  },
  examples: [
    {
      request: { method: "eth_getLogs", params: [{}] },
      old: { error: { code: -32000, message: "invalid block range params" } },
      candidate: { error: { code: -32602, message: "invalid block range params" } },
      path: "/error/code",
    },
  ],
  matches: (fact) => isErrorMember(fact, "code"),
};
