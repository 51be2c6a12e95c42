import type { Rule } from "./rule.ts";

export const contentTypeChanged: Rule = {
  id: "content-type-changed",
  severity: "breaking",
  title: "The content type changed",
  why: "Clients and proxies decide by it whether to parse, compress or cache a body.",
  sees: "HTTP clients that check the type refuse to parse the body.",
  breaks: [
    {
      library: "any",
      code: 'if (!response.headers.get("content-type")?.includes("application/json")) throw …',
      result: "throws",
    },
    {
      library: "viem",
      code: "await client.request({ method, params })",
      result: "reads the body as text and parses it; a wrapper that checks the type does not",
    },
  ],
  write: {
    text: "Accept any JSON type, or parse whatever comes.",
    code: 'const isJson = /[/+]json\\b/.test(response.headers.get("content-type") ?? "");',
  },
  examples: [
    {
      request: { method: "eth_chainId", params: [] },
      old: { result: "0x1" },
      candidate: { result: "0x1" },
      path: "/headers/content-type",
      oldMeta: { headers: { "content-type": "application/json" } },
      candidateMeta: { headers: { "content-type": "text/plain" } },
    },
  ],
  matches: (fact) => fact.type === "content-type",
};
