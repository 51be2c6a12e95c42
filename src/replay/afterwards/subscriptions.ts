import { withDifference, type Comparison, type ExchangeResult } from "../../model/comparison.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Outcome, Pair } from "../../model/pair.ts";
import type { Examine } from "../ask/asking.ts";
import { eventKey, headNumbers, matchEvents } from "./events.ts";
import { pause } from "../../pause.ts";
import { subscribe, type Subscriber } from "./subscribe.ts";
import { parsed } from "../../chains/ask.ts";
import type { ChainView } from "../../chains/chain.ts";
import type { Target } from "../../model/target.ts";

/** Subscriptions that the recorded clients had, opened live on both sides once the calls are done. */
export interface LiveSubscriptions {
  /** Notes a subscription of the recording, once for each list of parameters. */
  see(exchange: Exchange): void;
  /** Subscribes, waits until enough blocks have come, and gives one result per subscription. */
  results(): AsyncGenerator<ExchangeResult>;
}

interface LiveOptions {
  readonly old: Target;
  readonly candidate: Target;
  readonly candidateChain: ChainView;
  readonly examine: Examine;
  readonly blocks: number;
  readonly signal: AbortSignal;
  note(text: string): void;
}

const METHOD = Buffer.from('"eth_subscribe"');
/** Each costs both nodes work at every block, and recordings repeat few kinds. */
export const MOST_SUBSCRIPTIONS = 20;
/** Blocks come seconds apart: half a second more at the end of a run. */
const LOOK_EVERY_MS = 500;
/** A chain without a block for this long is not going to have one. */
const STILL_MS = 60_000;
/** They are one finding: more of them only repeat it. */
const MOST_MISSING = 50;
export const HEADS: JsonValue = ["newHeads"];

export function createLiveSubscriptions(options: LiveOptions): LiveSubscriptions {
  const { old, candidate, blocks, signal } = options;
  const wanted = new Map<string, JsonValue>();

  return {
    see(exchange) {
      if (blocks === 0 || wanted.size >= MOST_SUBSCRIPTIONS) return;
      const params = subscriptionOf(exchange);
      if (params !== null) wanted.set(JSON.stringify(params), params);
    },
    async *results() {
      if (wanted.size === 0 || signal.aborted) return;
      // Heads come first: they say which blocks both sides had time to see.
      const params = [HEADS, ...[...wanted.values()].filter((list) => !isHeads(list))];
      const [before, after] = await Promise.all([
        subscribe(old, params),
        subscribe(candidate, params),
      ]);
      if (before === null || after === null) {
        before?.close();
        after?.close();
        const side = before === null ? "old" : "candidate";
        options.note(`Subscriptions were not compared: ${side} takes no WebSocket at its address.`);
        return;
      }
      await blocksOf(before, after, options);
      const window = windowOf(before, after);
      before.close();
      after.close();
      options.note(
        `Subscriptions: ${Math.max(0, window.last - window.first + 1)} blocks, pings ${before.pings()} and ${after.pings()}.`,
      );
      for (const [index, list] of params.entries()) {
        yield await compareFeed(index, list, before, after, window, options);
      }
    },
  };
}

/** The parameters of a subscription that a client opens by this exchange, or null. */
export function subscriptionOf({ request, transport }: Exchange): JsonValue | null {
  const { body } = request;
  if (transport !== "websocket" || body === null || !body.includes(METHOD)) return null;
  return paramsOf(parsed(body));
}

export function isHeads(params: JsonValue): boolean {
  return Array.isArray(params) && params[0] === "newHeads";
}

function paramsOf(request: unknown): JsonValue | null {
  if (typeof request !== "object" || request === null || !("params" in request)) return null;
  const { params } = request;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it came out of JSON.parse
  return Array.isArray(params) && params.length > 0 ? (params as JsonValue) : null;
}

/** Waits for the blocks, for a connection that ends, or until the chain stands still. */
async function blocksOf(
  before: Subscriber,
  after: Subscriber,
  { blocks, signal }: LiveOptions,
): Promise<void> {
  let seen = -1;
  let changedAt = performance.now();
  while (!signal.aborted && before.closed() === null && after.closed() === null) {
    const heads = Math.min(headsOf(before).length, headsOf(after).length);
    if (heads > blocks) return;
    if (heads !== seen) changedAt = performance.now();
    seen = heads;
    if (performance.now() - changedAt > STILL_MS) return;
    await pause(LOOK_EVERY_MS, signal);
  }
}

export function headsOf({ feeds }: Subscriber): readonly JsonValue[] {
  return feeds[0]?.events ?? [];
}

/** Blocks after the later first head and up to the earlier last one. A candidate that closed early is held to old's end. */
function windowOf(before: Subscriber, after: Subscriber): { first: number; last: number } {
  const old = headNumbers(headsOf(before));
  const candidate = headNumbers(headsOf(after));
  const first = Math.max(old[0] ?? Infinity, candidate[0] ?? Infinity) + 1;
  const ended = after.closed() !== null && before.closed() === null;
  const last = ended ? (old.at(-1) ?? -1) : Math.min(old.at(-1) ?? -1, candidate.at(-1) ?? -1);
  // The last block's logs may still be on their way.
  return { first, last: last - 1 };
}

/** What became of one subscription's events in a window of blocks, of which each event is a call. */
export async function compareFeed(
  index: number,
  params: JsonValue,
  before: Subscriber,
  after: Subscriber,
  window: { readonly first: number; readonly last: number },
  {
    candidateChain,
    examine,
  }: { readonly candidateChain: Pick<ChainView, "at">; readonly examine: Examine },
): Promise<ExchangeResult> {
  const { key, method } = namesOf(params);
  const pairOf = pairMaker(key, method, params);
  const [old, candidate] = [before.feeds[index], after.feeds[index]];
  if (old === undefined || candidate === undefined)
    return { key, comparisons: [], sends: 2, beside: true };
  if (old.refused !== null || candidate.refused !== null) {
    const comparison = examine(pairOf("open", opened(old.refused), opened(candidate.refused)));
    return { key, comparisons: [comparison], sends: 2, beside: true };
  }
  const { both, missing } = matchEvents(old.events, candidate.events, window);
  const comparisons: Comparison[] = both.map((event) =>
    confirmed(examine(pairOf(event.key, result(event.old), result(event.candidate)))),
  );
  for (const event of missing.slice(0, MOST_MISSING)) {
    // A block that candidate never had on its chain sends no events, and needs none.
    const block = await candidateChain.at(event.number);
    const found = eventKey(event.old);
    if (block === null || found === null || !found.key.startsWith(block.hash)) continue;
    comparisons.push(
      missingEvent(examine(pairOf(event.key, result(event.old), '"result":null')), event.old),
    );
  }
  return { key, comparisons, sends: 2, beside: true };
}

/** A subscription that the candidate takes no connection for, or ends it each time, where old keeps its own. */
export function unopened(params: JsonValue, detail: string, examine: Examine): Comparison {
  const { key, method } = namesOf(params);
  const pair = pairMaker(key, method, params)("connection", opened(null), opened(null));
  const candidate: Outcome = { ...pair.candidate, kind: "unreachable", body: null, detail };
  return confirmed(examine({ ...pair, candidate }));
}

function namesOf(params: JsonValue): { readonly key: string; readonly method: string } {
  const kind = Array.isArray(params) && typeof params[0] === "string" ? params[0] : "";
  return {
    key: `subscription:${JSON.stringify(params)}`,
    method: `eth_subscription ${kind}`,
  };
}

/** What eth_subscribe answered: the ids differ always, so only an error counts. */
function opened(refused: string | null): string {
  return refused === null ? '"result":"0x1"' : `"error":${refused}`;
}

function result(event: JsonValue): string {
  return `"result":${JSON.stringify(event)}`;
}

function confirmed(comparison: Comparison): Comparison {
  // The same event of the same block, from both: there is nothing to ask again.
  return comparison.state === "different" ? { ...comparison, confidence: "confirmed" } : comparison;
}

function missingEvent(comparison: Comparison, event: JsonValue): Comparison {
  const gone = { kind: "event-missing", path: "/result", pattern: "/result", old: event } as const;
  return withDifference(comparison, { ...gone, candidate: undefined }, "confirmed");
}

function pairMaker(
  key: string,
  method: string,
  params: JsonValue,
): (event: string, old: string, candidate: string) => Pair {
  const request = Buffer.from(
    JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params }),
  );
  return (event, old, candidate) => ({
    id: `${key}:${event}`,
    name: null,
    protocol: "json-rpc",
    chain: "ethereum",
    method,
    customer: null,
    client: null,
    at: null,
    weight: 1,
    request,
    old: outcomeOf(old),
    candidate: outcomeOf(candidate),
    control: null,
    recorded: null,
  });
}

function outcomeOf(body: string): Outcome {
  return {
    kind: body.startsWith('"error"') ? "fault" : "reply",
    status: null,
    headers: {},
    body: Buffer.from(`{"jsonrpc":"2.0","id":1,${body}}`),
    ms: null,
    target: 0,
  };
}
