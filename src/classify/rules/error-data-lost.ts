import { isErrorMember, isNothing } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const errorDataLost: Rule = {
  id: "error-data-lost",
  severity: "breaking",
  title: "The error lost its data",
  why: "The data of a revert holds the reason or the custom error. Without it a contract error can't be decoded, and CCIP read (EIP-3668) fails.",
  sees: "Reverts come without their reason.",
  breaks: [
    { library: "ethers", code: "catch (e) { e.revert?.name }", result: "null: nothing to decode" },
    {
      library: "viem",
      code: "catch (e) { e.walk((c) => c instanceof ContractFunctionRevertedError).data }",
      result: "undefined",
    },
    {
      library: "web3.py",
      code: "except ContractCustomError",
      result: "raised as ContractLogicError without data",
    },
  ],
  write: {
    text: "Have a text for reverts without data.",
    code: 'const reason = error.data ? decodeErrorResult({ abi, data: error.data }).errorName : "reverted without data";',
  },
  examples: [
    {
      request: { method: "eth_call", params: [{}] },
      old: { error: { code: 3, message: "execution reverted", data: "0x08c379a0" } },
      candidate: { error: { code: 3, message: "execution reverted" } },
      path: "/error/data",
    },
  ],
  matches: (fact) =>
    isErrorMember(fact, "data") &&
    (fact.type === "removed" || (!isNothing(fact.old) && isNothing(fact.candidate))),
};
