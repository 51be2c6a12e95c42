import type { Rule } from "./rule.ts";

export const headerChanged: Rule = {
  id: "header-changed",
  severity: "risky",
  title: "A header that clients read changed or is gone",
  why: "Browsers act on CORS headers, clients on Retry-After, pagination on Link. A missing one stops them without any error in the body.",
  sees: "A header has another value, or is no longer sent.",
  breaks: [
    {
      library: "any",
      code: 'fetch(url, { method: "POST" }) // in a browser',
      result: "blocked by CORS when Access-Control-Allow-Origin is gone",
    },
    {
      library: "any",
      code: 'await sleep(Number(response.headers.get("retry-after")) * 1000)',
      result: "NaN or 0: no pause",
    },
  ],
  write: {
    text: "Have a default for each header that you read.",
    code: 'const pauseSeconds = Number(response.headers.get("retry-after") ?? 1);',
  },
  examples: [
    {
      request: { method: "eth_chainId", params: [] },
      old: { result: "0x1" },
      candidate: { result: "0x1" },
      path: "/headers/access-control-allow-origin",
      oldMeta: {
        headers: { "content-type": "application/json", "access-control-allow-origin": "*" },
      },
      candidateMeta: {
        headers: {
          "content-type": "application/json",
          "access-control-allow-origin": "https://example.org",
        },
      },
    },
  ],
  matches: (fact) => fact.type === "header-changed",
};
