import { isErrorMessage } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const errorMessageChanged: Rule = {
  id: "error-message-changed",
  severity: "risky",
  title: "The error message changed",
  why: "Libraries match phrases of messages, because codes say too little. A message that loses such a phrase is another error to them.",
  sees: "The same failure is described in other words.",
  breaks: [
    {
      library: "ethers",
      code: 'catch (e) { e.code === "INSUFFICIENT_FUNDS" }',
      result: "UNKNOWN_ERROR when the phrase is gone",
    },
    {
      library: "viem",
      code: "catch (e) { e.walk((c) => c instanceof NonceTooLowError) }",
      result: "null when the phrase is gone",
    },
    {
      library: "web3.py",
      code: 'except Web3RPCError as e: "nonce too low" in str(e)',
      result: "False when the phrase is gone",
    },
  ],
  write: {
    text: "Decide by code and data where you can; match short phrases without regard to case.",
    code: "const known = /insufficient funds/i.test(error.message);",
  },
  examples: [
    {
      request: { method: "eth_call", params: [{}] },
      old: { error: { code: -32000, message: "insufficient funds for gas" } },
      candidate: { error: { code: -32000, message: "insufficient funds for transfer" } },
      path: "/error/message",
    },
    {
      request: {
        method: "debug_traceTransaction",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { type: "CALL", error: "execution reverted" } },
      candidate: { result: { type: "CALL", error: "Reverted" } },
      path: "/result/error",
    },
  ],
  matches: (fact) => isErrorMessage(fact),
};
