import { isErrorMember, isNothing } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const errorDataAdded: Rule = {
  id: "error-data-added",
  severity: "info",
  title: "The error now carries data",
  why: "More is said than before. Clients that decode it learn more; others ignore it.",
  sees: "Reverts come with their data.",
  breaks: [{ library: "any", code: "error.data", result: "no longer undefined" }],
  write: { text: "Nothing to do.", code: 'const data = error.data ?? "0x";' },
  examples: [
    {
      request: { method: "eth_call", params: [{}] },
      old: { error: { code: 3, message: "execution reverted" } },
      candidate: { error: { code: 3, message: "execution reverted", data: "0x08c379a0" } },
      path: "/error/data",
    },
  ],
  matches: (fact) =>
    isErrorMember(fact, "data") &&
    (fact.type === "added" || (isNothing(fact.old) && !isNothing(fact.candidate))),
};
