import { isErrorMember } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const errorDataChanged: Rule = {
  id: "error-data-changed",
  severity: "risky",
  title: "The error's data changed",
  why: "Revert data is decoded like a return value: other bytes are another reason, another form does not decode.",
  sees: "The reason of a revert is another one, or is written in another form.",
  breaks: [
    {
      library: "ethers",
      code: "contract.interface.parseError(error.data)",
      result: "null or another error",
    },
    {
      library: "viem",
      code: "decodeErrorResult({ abi, data })",
      result: "throws AbiErrorSignatureNotFoundError",
    },
    { library: "web3.py", code: "ContractCustomError.data", result: "other bytes" },
  ],
  write: {
    text: "Take the data as hex wherever it stands before you decode it.",
    code: 'const data = /0x[0-9a-f]*$/i.exec(typeof error.data === "string" ? error.data : error.data?.data ?? "0x")[0];',
  },
  examples: [
    {
      request: { method: "eth_call", params: [{}] },
      old: { error: { code: 3, message: "execution reverted", data: "0x08c379a0" } },
      candidate: { error: { code: 3, message: "execution reverted", data: "Reverted 0x08c379a0" } },
      path: "/error/data",
    },
  ],
  matches: (fact) => isErrorMember(fact, "data"),
};
