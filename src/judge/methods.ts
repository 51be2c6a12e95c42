import { chainOf, methodKnowledge } from "../chains/index.ts";
import { isObject, parsedJson } from "../model/json.ts";

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

/**
 * What comes of a recorded request that a person sends again, by HTTP: `reads` gives the same kind of answer; `unknown` is of a
 * method that no table has; `never` may change the chain or the node, or means something to one connection only.
 */
export type Again = "reads" | "unknown" | "never";

/** `method` is the finding's own, `request` the text of the call or batch; of a batch the worst of its calls counts. */
export function askedAgain(method: string, request: string): Again {
  if (/^[A-Z]+ \//.test(method)) return againOf(method);
  const json = parsedJson(request);
  const calls = Array.isArray(json) ? json : [json];
  const each = calls.map((call) => {
    const name = isObject(call) ? call["method"] : undefined;
    return typeof name === "string" ? againOf(name) : "unknown";
  });
  return (
    each.find((again) => again === "never") ?? each.find((again) => again === "unknown") ?? "reads"
  );
}

function againOf(method: string): Again {
  const { writes, safe, session } = knowledgeOf(method);
  if (writes || (session !== null && (session.kind === "subscription" || session.role !== "opens")))
    return "never";
  if (PUBSUB.test(method)) return "never";
  return safe ? "reads" : "unknown";
}

/** By their names alone, on any chain. */
const PUBSUB = /_(?:un)?subscri(?:be|ption)(?: |$)|^\w+(?:Subscribe|Unsubscribe)$/;
