import type { Rule } from "./rule.ts";

export const noAnswer: Rule = {
  id: "no-answer",
  severity: "breaking",
  title: "The candidate gives no answer where old did",
  why: "The connection closed or timed out, again when asked alone with three times as long. Clients see an outage for this request.",
  sees: "The request hangs or the connection drops.",
  breaks: [
    {
      library: "ethers",
      code: "await provider.send(method, params)",
      result: "rejects with TIMEOUT or SERVER_ERROR",
    },
    {
      library: "viem",
      code: "await client.request({ method, params })",
      result: "throws TimeoutError or HttpRequestError",
    },
    {
      library: "web3.py",
      code: "w3.provider.make_request(method, params)",
      result: "raises requests.exceptions.ReadTimeout or ConnectionError",
    },
  ],
  write: {
    text: "Set a time limit of your own and retry with a smaller request (a shorter block range).",
    code: "const client = createPublicClient({ transport: http(url, { timeout: 20_000, retryCount: 2 }) });",
  },
  examples: [
    {
      request: {
        method: "debug_traceTransaction",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { gas: 21000, failed: false } },
      candidate: null,
      path: "",
      candidateMeta: { outcome: "timeout" },
    },
  ],
  matches: (fact) => fact.type === "no-answer",
};
