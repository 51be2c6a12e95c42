import { isEventMethod } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const eventMissing: Rule = {
  id: "event-missing",
  severity: "breaking",
  title: "Events of a subscription or filter are missing",
  why: "Followers of the chain see each event once. What is not delivered is not asked for again.",
  sees: "An event that the old version delivered does not arrive.",
  breaks: [
    {
      library: "ethers",
      code: 'provider.on("block", handler)',
      result: "not called for this block",
    },
    { library: "viem", code: "client.watchEvent({ onLogs })", result: "not called for this log" },
    {
      library: "web3.py",
      code: "event_filter.get_new_entries()",
      result: "the entry is not in the list",
    },
  ],
  write: {
    text: "Reconcile with eth_getLogs from the last block that you have seen.",
    code: "const missed = await provider.getLogs({ ...filter, fromBlock: lastSeen + 1 });",
  },
  examples: [
    {
      request: { method: "eth_subscription", params: ["newHeads"] },
      old: {
        result: [
          { hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a" },
          { hash: "0x2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b" },
        ],
      },
      candidate: {
        result: [{ hash: "0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a" }],
      },
      path: "/result/1",
    },
  ],
  matches: (fact) => fact.type === "item-removed" && isEventMethod(fact.method),
};
