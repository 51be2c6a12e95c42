import type { Rule } from "./rule.ts";

export const resultToNull: Rule = {
  id: "result-to-null",
  severity: "breaking",
  title: "A result became null",
  why: "What existed is said not to exist. Code that reads fields of it fails; code that polls waits for ever.",
  sees: "Something that could be fetched is no longer found.",
  breaks: [
    {
      library: "ethers",
      code: "(await provider.getTransaction(hash)).blockNumber",
      result: "TypeError: getTransaction gives null",
    },
    {
      library: "viem",
      code: "await client.getTransaction({ hash })",
      result: "throws TransactionNotFoundError",
    },
    {
      library: "web3.py",
      code: "w3.eth.get_transaction(hash)",
      result: "raises TransactionNotFound",
    },
  ],
  write: {
    text: "Handle null, and ask an archive endpoint for what is old.",
    code: "const tx = await provider.getTransaction(hash); if (tx === null) return askArchive(hash);",
  },
  examples: [
    {
      request: {
        method: "eth_getTransactionByHash",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: {
        result: { hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a" },
      },
      candidate: { result: null },
      path: "/result",
    },
  ],
  matches: (fact) => fact.type === "answer" && fact.from === "result" && fact.to === "null",
};
