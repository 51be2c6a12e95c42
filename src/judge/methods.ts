import { chainOf, methodKnowledge } from "../chains/index.ts";

/** What is known of a finding's method, for words about it. */

function knowledgeOf(method: string): ReturnType<typeof methodKnowledge> {
  const protocol = /^[A-Z]+ \//.test(method) ? "rest" : "json-rpc";
  return methodKnowledge(chainOf(protocol, method), method);
}

/** Changes the chain or the node, or signs. */
export function isWrite(method: string): boolean {
  return knowledgeOf(method).writes;
}

/** Known to only read. */
export function onlyReads(method: string): boolean {
  return knowledgeOf(method).safe;
}
