import type { Protocol } from "../model/exchange.ts";
import { ETHEREUM_METHODS } from "./ethereum/methods.ts";
import { UNKNOWN_METHOD, type MethodKnowledge } from "./knowledge.ts";
import { STACKS_ROUTES } from "./stacks/routes.ts";

const SAFE_VERB = /^(?:GET|HEAD|OPTIONS) /;
const READ_ROUTE: MethodKnowledge = { ...UNKNOWN_METHOD, safe: true };

/**
 * What is known of a method: `eth_call`, or for REST the verb and route (`GET /v2/accounts/{principal}`). Parameter names
 * of a route do not matter. A JSON-RPC method that is not known is not safe; a REST route with a safe verb is.
 */
export function methodKnowledge(protocol: Protocol, method: string): MethodKnowledge {
  if (protocol === "json-rpc") {
    return Object.hasOwn(ETHEREUM_METHODS, method)
      ? (ETHEREUM_METHODS[method] ?? UNKNOWN_METHOD)
      : UNKNOWN_METHOD;
  }
  const route = ROUTES.get(method) ?? ROUTES.get(unnamed(method));
  return route ?? (SAFE_VERB.test(method) ? READ_ROUTE : UNKNOWN_METHOD);
}

/** `GET /tx/{tx_id}` and `GET /tx/{id}` are the same route. */
function unnamed(method: string): string {
  return method.replaceAll(/\{[^}]*\}/g, "{}");
}

const ROUTES = new Map<string, MethodKnowledge>(
  Object.entries(STACKS_ROUTES).flatMap(([method, knowledge]) => [
    [method, knowledge],
    [unnamed(method), knowledge],
  ]),
);
