import type { Rule } from "./rule.ts";

export const latencyRegression: Rule = {
  id: "latency-regression",
  severity: "risky",
  title: "The method answers more slowly",
  why: "A percentile of the paired first asks rose past the limit, by a rank test.",
  sees: "Answers take longer; timeouts of your own may fire.",
  breaks: [
    {
      library: "viem",
      code: "http(url)",
      result: "TimeoutError after its 10 s default when answers get slower than that",
    },
    {
      library: "ethers",
      code: "provider.send(method, params)",
      result: "rejects with TIMEOUT after its 300 s default",
    },
    { library: "web3.py", code: "HTTPProvider(url)", result: "ReadTimeout after its 30 s default" },
  ],
  write: {
    text: "Raise the time limit for this method, or ask for less.",
    code: "http(url, { timeout: 30_000 })",
  },
  examples: [
    {
      request: { method: "eth_call", params: [{}] },
      old: null,
      candidate: null,
      path: "",
      fact: { type: "latency", old: 12, candidate: 31 },
    },
  ],
  matches: (fact) => fact.type === "latency",
};
