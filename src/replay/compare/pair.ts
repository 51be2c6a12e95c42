import { clientOf } from "../../model/comparison.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { Outcome, Pair } from "../../model/pair.ts";
import type { Adapter, Call } from "../../protocol/adapter.ts";

/** Index of the call that stands for a batch as a whole. */
export const WHOLE_BATCH = -1;

interface PairParts {
  /** `<recording>:<exchange>`. */
  readonly key: string;
  readonly exchange: Exchange;
  readonly adapter: Adapter;
  /** As it was recorded. */
  readonly call: Call;
  /** As it was sent, where that is something else. */
  readonly asked?: Call;
  readonly old: Outcome;
  readonly candidate: Outcome;
  readonly control: Outcome | null;
  readonly recorded: Outcome | null;
  readonly byShape?: boolean;
  readonly oneBlock?: boolean;
}

/** A call with its outcomes as the differ takes it. */
export function pairOf(parts: PairParts): Pair {
  const { key, exchange, adapter, call, asked = call } = parts;
  const { old, candidate, control, recorded, byShape, oneBlock } = parts;
  const pair: { -readonly [Member in keyof Pair]: Pair[Member] } = {
    id: call.index === WHOLE_BATCH ? `${key}:batch` : `${key}:${call.index}`,
    name: exchange.name,
    protocol: adapter.protocol,
    chain: call.chain,
    method: call.method,
    customer: exchange.customer,
    client: clientOf(exchange),
    at: exchange.at,
    weight: 1 / exchange.probability,
    request: adapter.shown(exchange, call),
    old,
    candidate,
    control,
    recorded,
  };
  if (asked !== call) pair.asked = adapter.shown(exchange, asked);
  if (byShape === true) pair.byShape = true;
  else if (oneBlock === true) pair.oneBlock = true;
  return pair;
}

/** The recorded answer of each call of an exchange, where the recording has one. */
export function recordedOutcomes(
  exchange: Exchange,
  calls: readonly Call[],
  batch: boolean,
  adapter: Adapter,
): (Outcome | null)[] {
  const { response } = exchange;
  if (response === null || response.body === null) return calls.map(() => null);
  const { status, headers } = response;
  const bodies = batch ? (adapter.split(response.body, calls)?.answers ?? []) : [response.body];
  return calls.map((_, index) => {
    const body = bodies[index] ?? null;
    if (body === null) return null;
    const { kind } = adapter.kind(status === 101 ? null : status, body);
    return { kind, status, headers, body, ms: exchange.durationMs, target: 0 };
  });
}
