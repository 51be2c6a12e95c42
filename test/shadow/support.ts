import { onTestFinished } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import type { Comparison } from "../../src/model/comparison.ts";
import type { Exchange } from "../../src/model/exchange.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { rest } from "../../src/protocol/rest/adapter.ts";
import { jsonRpc } from "../../src/protocol/json-rpc/adapter.ts";
import { targetOf } from "../../src/replay/given/targets.ts";
import { SHADOW_DEFAULTS, type ShadowOptions } from "../../src/shadow/options.ts";
import { waitUntil } from "../../src/record/path/listening.ts";
import { startShadow, type Shadow } from "../../src/shadow/shadow.ts";

export interface Shadowed {
  readonly shadow: Shadow;
  readonly comparisons: Comparison[];
  readonly losses: Map<string, number>;
  /** A client's call, as it passes: old answers, and what passed is offered. */
  pass(method: string, params: readonly JsonValue[], changes?: Partial<Exchange>): Promise<void>;
  /** The same with a batch. */
  passBatch(items: readonly JsonValue[]): Promise<void>;
  /** Resolves when so many exchanges have been told of. */
  until(exchanges: number): Promise<void>;
  /** Resolves when the heads of both have been looked at. */
  headsSeen(): Promise<void>;
  /** Resolves when nothing waits and nothing is under way any more. */
  idle(): Promise<void>;
}

/** A shadow between two nodes that are there, ended with the test. */
export async function shadowBetween(
  old: string,
  candidate: string,
  changes: Partial<ShadowOptions> = {},
): Promise<Shadowed> {
  const options: ShadowOptions = {
    ...SHADOW_DEFAULTS,
    old: targetOf("old", 0, old, {}, undefined),
    candidates: [targetOf("candidate", 0, candidate, {}, undefined)],
    ...changes,
  };
  const comparisons: Comparison[] = [];
  const losses = new Map<string, number>();
  let offered = 0;
  let told = 0;
  const lose = (why: string): void => {
    losses.set(why, (losses.get(why) ?? 0) + 1);
  };
  const shadow = await startShadow({
    options,
    candidate: options.candidates[0]!,
    adapters: { "json-rpc": jsonRpc, rest: rest([]) },
    chain: "ethereum",
    examine: (pair) => examine(pair),
    chainId: "7",
    oldestState: { old: 0, candidate: 0 },
    now: () => Date.now(),
    onResult(result) {
      comparisons.push(...result.comparisons);
      told++;
    },
    onLost(why) {
      lose(why);
      told++;
    },
    onGone: () => {},
  });
  onTestFinished(() => shadow.close());
  const send = async (body: string): Promise<{ text: string; type: string; status: number }> => {
    const answer = await fetch(old, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    return {
      text: await answer.text(),
      type: answer.headers.get("content-type") ?? "",
      status: answer.status,
    };
  };
  const passOn = async (id: number, body: string, fields: Partial<Exchange>): Promise<void> => {
    const at = Date.now();
    const { text, type, status } = await send(body);
    shadow.offer(exchangeOf(id, at, body, { text, type, status }, fields));
  };
  return {
    shadow,
    comparisons,
    losses,
    pass(method, params, fields = {}) {
      const id = offered++;
      return passOn(id, JSON.stringify({ jsonrpc: "2.0", id, method, params }), fields);
    },
    passBatch: (items) => passOn(offered++, JSON.stringify(items), {}),
    idle: () => waitUntil(() => told >= offered, 60_000).then(() => undefined),
    until: (exchanges) => waitUntil(() => told >= exchanges, 60_000).then(() => undefined),
    headsSeen: () =>
      waitUntil(() => shadow.status().heads.candidate !== null, 60_000).then(() => undefined),
  };
}

export function exchangeOf(
  id: number,
  at: number,
  body: string,
  answer: { readonly text: string; readonly type: string; readonly status: number } | null,
  fields: Partial<Exchange> = {},
): Exchange {
  return {
    id,
    at,
    durationMs: Date.now() - at,
    protocol: "json-rpc",
    transport: "http",
    connection: 1,
    customer: "cus_0000000000000001",
    name: null,
    request: {
      verb: "POST",
      path: "/",
      headers: { "content-type": "application/json" },
      body: Buffer.from(body),
    },
    response:
      answer === null
        ? null
        : {
            status: answer.status,
            headers: { "content-type": answer.type },
            body: Buffer.from(answer.text),
          },
    probability: 1,
    unreplayable: null,
    ...fields,
  };
}

/** Kinds and methods of what differs, with how sure it is. */
export function findingsOf(comparisons: readonly Comparison[]): string[] {
  const texts = comparisons
    .filter(({ state }) => state === "different")
    .flatMap(({ method, confidence, differences }) =>
      differences.map(({ kind, pattern }) => `${confidence} ${kind} ${method} ${pattern}`),
    );
  return [...new Set(texts)].sort();
}

export function statesOf(comparisons: readonly Comparison[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state, reason } of comparisons) {
    const key = reason === null ? state : `${state} ${reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
