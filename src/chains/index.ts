import type { ChainName, Protocol } from "../model/exchange.ts";
import { BITCOIN } from "./bitcoin/data.ts";
import type { Chain } from "./chain.ts";
import { ETHEREUM } from "./ethereum/data.ts";
import { UNKNOWN_METHOD, type MethodKnowledge } from "./knowledge.ts";
import { OTHER } from "./other/data.ts";
import { SOLANA } from "./solana/data.ts";
import { STACKS } from "./stacks/data.ts";

/** Every chain; `other` is last and takes what no other knows. A new chain is a folder and a line here. */
export const CHAINS: readonly Chain[] = [ETHEREUM, BITCOIN, SOLANA, STACKS, OTHER];

const BY_NAME: ReadonlyMap<ChainName, Chain> = new Map(CHAINS.map((chain) => [chain.name, chain]));

export function chainNamed(name: ChainName): Chain {
  return BY_NAME.get(name) ?? OTHER;
}

/**
 * Which chain a method is of, by its name alone: their names have nothing in common (`eth_getBlockByHash`, `getblock`,
 * `getBlock`, `GET /v2/info`). For REST the method is verb and route.
 */
export function chainOf(protocol: Protocol, method: string): ChainName {
  return (
    KNOWN.get(unnamed(method)) ??
    CHAINS.find((chain) => chain.owns(protocol, method)) ??
    OTHER
  ).name;
}

/** Whether some chain's table has this very name. */
export function isTabled(method: string): boolean {
  return KNOWN.has(unnamed(method));
}

const SAFE_VERB = /^(?:GET|HEAD|OPTIONS) /;
const READ_ROUTE: MethodKnowledge = { ...UNKNOWN_METHOD, safe: true };

/**
 * What is known of a chain's method: `eth_call`, or for REST the verb and route (`GET /v2/accounts/{principal}`). Parameter
 * names of a route do not matter. A JSON-RPC method that is not known is not safe; a REST route with a safe verb is.
 */
export function methodKnowledge(chain: ChainName, method: string): MethodKnowledge {
  const known = KNOWLEDGE.get(chain)?.get(unnamed(method));
  return known ?? (SAFE_VERB.test(method) ? READ_ROUTE : UNKNOWN_METHOD);
}

/** `GET /tx/{tx_id}` and `GET /tx/{id}` are the same route. */
function unnamed(method: string): string {
  return method.includes("{") ? method.replaceAll(/\{[^}]*\}/g, "{}") : method;
}

const KNOWLEDGE = new Map<ChainName, ReadonlyMap<string, MethodKnowledge>>(
  CHAINS.map(({ name, methods }) => [
    name,
    new Map(Object.entries(methods).map(([method, row]) => [unnamed(method), row])),
  ]),
);

const KNOWN = new Map<string, Chain>(
  CHAINS.flatMap((chain) =>
    Object.keys(chain.methods).map((method) => [unnamed(method), chain] as const),
  ),
);
