import type { Rule } from "./rule.ts";

export const fieldAdded: Rule = {
  id: "field-added",
  severity: "info",
  title: "A field is new",
  why: "Lenient clients ignore it. Strict ones reject a field that they do not know: web3j did so when yParity came.",
  sees: "The answer has one field more.",
  breaks: [
    {
      library: "any",
      code: "decoder that rejects unknown fields (serde deny_unknown_fields, Jackson by default)",
      result: "fails on the whole answer",
    },
    {
      library: "viem",
      code: "client.getTransaction({ hash })",
      result: "passes the field through",
    },
    { library: "ethers", code: "provider.getTransaction(hash)", result: "drops the field" },
  ],
  write: {
    text: "Let your decoder ignore unknown fields.",
    code: "new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);",
  },
  examples: [
    {
      request: {
        method: "eth_getTransactionByHash",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: {
        result: {
          hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          blockNumber: "0x1",
        },
      },
      candidate: {
        result: {
          hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a",
          blockNumber: "0x1",
          blockTimestamp: "0xa",
        },
      },
      path: "/result/blockTimestamp",
    },
  ],
  matches: (fact) => fact.type === "added",
};
