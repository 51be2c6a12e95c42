import { matchesMethod } from "../../model/glob.ts";
import { skippedCall, type Comparison } from "../../model/comparison.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { Outcome, SkippedReason } from "../../model/pair.ts";
import type { Call } from "../../protocol/adapter.ts";
import type { Adapters } from "../ask/asking.ts";
import type { ReplayOptions } from "../given/options.ts";
import { recordedOutcomes } from "../compare/pair.ts";
import { sessionIdOf } from "../compare/sessions.ts";

/** What is to be done for one exchange. */
export interface Plan {
  readonly key: string;
  readonly exchange: Exchange;
  readonly batch: boolean;
  /** Calls to send, with their recorded answers. */
  readonly calls: readonly Call[];
  readonly recorded: readonly (Outcome | null)[];
  /** Calls that are not sent. */
  readonly skipped: readonly Comparison[];
  /** The calls as skipped, for what is over the limit. */
  limited(): Comparison[];
  /** Exchanges of one session go one after the other. */
  readonly session: string | null;
}

/** Decides which calls of an exchange may be sent. */
export type Planner = (key: string, exchange: Exchange) => Plan;

export function createPlanner(adapters: Adapters, options: ReplayOptions): Planner {
  const reasonFor = reasoner(options);
  return (key, exchange) => {
    const nothing = {
      key,
      exchange,
      batch: false,
      calls: [],
      recorded: [],
      session: null,
      limited: () => [],
    };
    // A subscription's event was sent by the node, not asked for.
    if (exchange.unreplayable === "event") return { ...nothing, skipped: [] };
    const adapter = adapters[exchange.protocol];
    const asked = adapter.read(exchange);
    if (asked === null || exchange.unreplayable !== null) {
      const reason = exchange.unreplayable ?? "malformed-request";
      const calls = asked?.calls ?? [{ index: 0, method: "(unreadable)" }];
      return { ...nothing, skipped: calls.map((call) => skippedCall(key, exchange, call, reason)) };
    }
    const skipped: Comparison[] = [];
    const calls: Call[] = [];
    for (const call of asked.calls) {
      // A notification has no answer to compare, and is no call.
      if (call.id === null) continue;
      const reason = reasonFor(call, asked.batch);
      if (reason === null) calls.push(call);
      else skipped.push(skippedCall(key, exchange, call, reason));
    }
    const [first] = calls;
    const alone = calls.length === 1 && asked.calls.length === 1 && !asked.batch;
    return {
      key,
      exchange,
      batch: asked.batch,
      calls,
      recorded: recordedOutcomes(exchange, calls, asked.batch, adapter),
      skipped,
      limited: () => calls.map((call) => skippedCall(key, exchange, call, "limit")),
      session: alone && first !== undefined ? sessionIdOf(exchange, first) : null,
    };
  };
}

/** Why a call is not sent; remembered per method, as the same few come all the time. */
function reasoner(options: ReplayOptions): (call: Call, batch: boolean) => SkippedReason | null {
  const { include, exclude } = options;
  const allowed = new Set(options.allowMethods);
  const reasons = new Map<string, SkippedReason | null>();
  const decide = ({ method, knowledge }: Call): SkippedReason | null => {
    if (include.length > 0 && !include.some((glob) => matchesMethod(glob, method)))
      return "excluded";
    if (exclude.some((glob) => matchesMethod(glob, method))) return "excluded";
    if (knowledge.writes) return "writes";
    if (knowledge.session?.kind === "subscription") return "subscription";
    return knowledge.safe || allowed.has(method) ? null : "not-allowed";
  };
  return (call, batch) => {
    // Within a batch a filter's id can't be put in its place before the batch is sent.
    if (batch && call.knowledge.session?.kind === "filter") return "unknown-state";
    let reason = reasons.get(call.method);
    if (reason === undefined) {
      reason = decide(call);
      if (reasons.size < 10_000) reasons.set(call.method, reason);
    }
    return reason;
  };
}
