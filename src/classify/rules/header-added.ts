import type { Rule } from "./rule.ts";

export const headerAdded: Rule = {
  id: "header-added",
  severity: "info",
  title: "A header is new",
  why: "New headers are ignored by clients that do not know them.",
  sees: "A header that was not there before.",
  breaks: [
    { library: "any", code: 'response.headers.get("deprecation")', result: "no longer null" },
  ],
  write: { text: "Nothing to do.", code: 'response.headers.get("deprecation") ?? undefined' },
  examples: [
    {
      request: { method: "eth_chainId", params: [] },
      old: { result: "0x1" },
      candidate: { result: "0x1" },
      path: "/headers/deprecation",
      oldMeta: { headers: { "content-type": "application/json" } },
      candidateMeta: {
        headers: { "content-type": "application/json", deprecation: "@1798761600" },
      },
    },
  ],
  matches: (fact) => fact.type === "header-added",
};
