import type { Outcome } from "../model/pair.ts";
import type { Block, Question } from "../protocol/adapter.ts";
import { STACKS_TIP } from "../chains/stacks/routes.ts";
import type { ChainView } from "./heads/pinning.ts";

/** Asks one target over one connection. */
export type Ask = (question: Question) => Promise<Outcome>;

const JSON_HEADERS = { "content-type": "application/json" };

/** A JSON-RPC question of our own. */
export function rpcQuestion(method: string, params: readonly unknown[]): Question {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  return { verb: "POST", path: null, headers: JSON_HEADERS, body };
}

/** The parsed `result` of a JSON-RPC reply; undefined where there is none. */
export async function rpcResult(
  ask: Ask,
  method: string,
  params: readonly unknown[] = [],
): Promise<unknown> {
  const outcome = await ask(rpcQuestion(method, params));
  return outcome.kind === "reply" ? field(parsed(outcome.body), ["result"]) : undefined;
}

/** Ethereum's chain as one target shows it. */
export function ethereumChain(ask: Ask): ChainView {
  const block = async (name: string): Promise<Block | null> => {
    const result = await rpcResult(ask, "eth_getBlockByNumber", [name, false]);
    const number = Number(field(result, ["number"]) ?? NaN);
    const hash = field(result, ["hash"]);
    return typeof hash === "string" && Number.isSafeInteger(number) ? { number, hash } : null;
  };
  return {
    head: () => block("latest"),
    tagged: block,
    at: (number) => block(`0x${number.toString(16)}`),
  };
}

/** A REST API's tip, where it has one as the Stacks API does. Blocks below the tip are not looked up. */
export function restChain(ask: Ask): ChainView {
  const tip = async (): Promise<Block | null> => {
    const outcome = await ask({ verb: "GET", path: STACKS_TIP.path, headers: {}, body: null });
    const status = outcome.kind === "reply" ? parsed(outcome.body) : undefined;
    const number = field(status, STACKS_TIP.height);
    const hash = field(status, STACKS_TIP.hash);
    return typeof number === "number" && typeof hash === "string" ? { number, hash } : null;
  };
  return {
    head: tip,
    tagged: async () => null,
    async at(number) {
      const outcome = await ask({
        verb: "GET",
        path: `${STACKS_TIP.block}${number}`,
        headers: {},
        body: null,
      });
      const block = outcome.kind === "reply" ? parsed(outcome.body) : undefined;
      const hash = field(block, ["index_block_hash"]);
      return typeof hash === "string" ? { number, hash } : null;
    },
  };
}

/** A body as JSON, or undefined. */
export function parsed(body: Buffer | null): unknown {
  try {
    return body === null ? undefined : JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** The value at a path of keys in parsed JSON, or undefined. */
export function field(value: unknown, path: readonly string[]): unknown {
  let inside: unknown = value;
  for (const key of path) {
    if (typeof inside !== "object" || inside === null || !Object.hasOwn(inside, key))
      return undefined;
    inside = (inside as Record<string, unknown>)[key];
  }
  return inside;
}
