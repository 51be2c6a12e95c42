import { becomes } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const resultToError: Rule = {
  id: "result-to-error",
  severity: "breaking",
  title: "A result became an error",
  why: "Where code went on with a value it now meets an exception.",
  sees: "A call that worked now throws. In a trace or simulation: a part that succeeded now fails.",
  breaks: [
    {
      library: "ethers",
      code: "await provider.call(tx)",
      result: "rejects with CALL_EXCEPTION or UNKNOWN_ERROR",
    },
    { library: "viem", code: "await client.call(tx)", result: "throws CallExecutionError" },
    {
      library: "web3.py",
      code: "w3.eth.call(tx)",
      result: "raises ContractLogicError or Web3RPCError",
    },
  ],
  write: {
    text: "Catch errors of this call and read their code and data.",
    code: "try { return await provider.call(tx); } catch (error) { return onError(error.code, error.data); }",
  },
  examples: [
    {
      request: {
        method: "eth_call",
        params: [{ to: "0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1" }],
      },
      old: { result: "0x01" },
      candidate: { error: { code: 3, message: "execution reverted", data: "0x" } },
      path: "",
    },
    {
      request: { method: "eth_simulateV1", params: [{}] },
      old: { result: [{ calls: [{ gasUsed: "0x5208" }] }] },
      candidate: {
        result: [
          { calls: [{ gasUsed: "0x5208", error: { code: 3, message: "execution reverted" } }] },
        ],
      },
      path: "/result/0/calls/0/error",
    },
  ],
  matches: (fact) => becomes(fact, "error") && fact.from === "result",
};
