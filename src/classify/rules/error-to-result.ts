import type { Rule } from "./rule.ts";

export const errorToResult: Rule = {
  id: "error-to-result",
  severity: "risky",
  title: "An error became a result",
  why: "Code that relied on the refusal (a revert, a missing block) now goes on with a value.",
  sees: "A call that was refused now answers.",
  breaks: [
    {
      library: "ethers",
      code: "await provider.call(tx)",
      result: "returns data where it rejected with CALL_EXCEPTION",
    },
    { library: "viem", code: "await client.call(tx)", result: "returns data where it threw" },
    {
      library: "web3.py",
      code: "w3.eth.call(tx)",
      result: "returns bytes where it raised ContractLogicError",
    },
  ],
  write: {
    text: "Check the value as well as whether the call failed.",
    code: 'const data = await provider.call(tx).catch(() => null); if (data === null || data === "0x") return refused();',
  },
  examples: [
    {
      request: {
        method: "eth_getProof",
        params: ["0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1", [], "0x1"],
      },
      old: { error: { code: -32000, message: "historical proof unavailable" } },
      candidate: { result: { address: "0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1" } },
      path: "",
    },
  ],
  matches: (fact) => fact.type === "answer" && fact.from === "error",
};
