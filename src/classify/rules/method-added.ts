import { isMissingMethod } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const methodAdded: Rule = {
  id: "method-added",
  severity: "info",
  title: "The method is new",
  why: "It did not exist before, so nobody can depend on its absence but for feature tests.",
  sees: "A call that was refused now works, or fails for another reason.",
  breaks: [
    {
      library: "any",
      code: 'const supported = await tryMethod("eth_config")',
      result: "true where it was false",
    },
  ],
  write: { text: "Nothing to do.", code: 'const supported = await tryMethod("eth_config");' },
  examples: [
    {
      request: { method: "eth_config", params: [] },
      old: {
        error: { code: -32601, message: "the method eth_config does not exist/is not available" },
      },
      candidate: { result: { current: {} } },
      path: "",
    },
    {
      request: { method: "eth_getStorageValues", params: [{}] },
      old: {
        error: {
          code: -32601,
          message: "the method eth_getStorageValues does not exist/is not available",
        },
      },
      candidate: { error: { code: -32602, message: "empty request" } },
      path: "",
    },
  ],
  matches: (fact) =>
    fact.type === "answer" &&
    isMissingMethod(fact.oldError) &&
    !isMissingMethod(fact.candidateError),
};
