import { becomes } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const nullToError: Rule = {
  id: "null-to-error",
  severity: "breaking",
  title: "Null became an error",
  why: "Clients poll until null becomes a value. An error ends the loop with an exception.",
  sees: "Asking for something that is not there (yet) throws.",
  breaks: [
    {
      library: "ethers",
      code: "await provider.getTransactionReceipt(hash)",
      result: "rejects instead of returning null, so waitForTransaction() fails",
    },
    {
      library: "viem",
      code: "await client.getTransactionReceipt({ hash })",
      result: "throws another error than TransactionReceiptNotFoundError",
    },
    {
      library: "web3.py",
      code: "w3.eth.get_transaction_receipt(hash)",
      result: "raises Web3RPCError instead of TransactionNotFound",
    },
  ],
  write: {
    text: 'Treat "not found" and "indexing is in progress" errors like null while you poll.',
    code: "const receipt = await getReceipt(hash).catch((e) => { if (/not found|in progress/i.test(e.message)) return null; throw e; });",
  },
  examples: [
    {
      request: {
        method: "eth_getTransactionReceipt",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: null },
      candidate: { error: { code: -32000, message: "transaction not found" } },
      path: "",
    },
  ],
  matches: (fact) => becomes(fact, "error") && fact.from === "null",
};
