import type { Rule } from "./rule.ts";

export const valueChanged: Rule = {
  id: "value-changed",
  severity: "breaking",
  title: "Another value for the same question",
  why: "Same block, same question, another answer: one of the two is wrong, or means something else.",
  sees: "A field has another value.",
  breaks: [
    {
      library: "any",
      code: "assert.equal(await balanceOf(holder, block), known)",
      result: "fails",
    },
    {
      library: "ethers",
      code: "await provider.getBalance(address, block)",
      result: "another number",
    },
    {
      library: "viem",
      code: "await client.getBalance({ address, blockNumber })",
      result: "another number",
    },
    { library: "web3.py", code: "w3.eth.get_balance(address, block)", result: "another number" },
  ],
  write: {
    text: "Ask us which value is right before you change anything.",
    code: "if (value !== expected) report({ block, value, expected });",
  },
  examples: [
    {
      request: {
        method: "eth_getBalance",
        params: ["0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1", "0x1"],
      },
      old: { result: "0x64" },
      candidate: { result: "0x65" },
      path: "/result",
    },
    {
      protocol: "rest",
      request: { method: "GET /extended/v1/tx/{tx_id}" },
      old: '{"nonce":9007199254740993}',
      candidate: '{"nonce":9007199254740992}',
      path: "/nonce",
    },
  ],
  matches: (fact) => fact.type === "changed" || fact.type === "deep",
};
