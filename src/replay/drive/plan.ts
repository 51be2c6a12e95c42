import { matchesMethod } from "../../model/glob.ts";
import { skippedCall, type Comparison } from "../../model/comparison.ts";
import { UNKNOWN_METHOD } from "../../chains/knowledge.ts";
import type { Exchange, Unreplayable } from "../../model/exchange.ts";
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
  /** Items of a batch that are no calls and go along: what a node makes of the whole depends on them. */
  readonly riders: readonly Call[];
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
      riders: [],
      session: null,
      limited: () => [],
    };
    // A subscription's event was sent by the node, not asked for.
    if (exchange.unreplayable === "event") return { ...nothing, skipped: [] };
    const adapter = adapters[exchange.protocol];
    const asked = adapter.read(exchange);
    const lost = exchange.unreplayable;
    if (asked === null || (lost !== null && !(asked.batch && lostByItem(lost)))) {
      const reason = lost ?? "malformed-request";
      const calls = asked?.calls ?? [{ index: 0, method: "(unreadable)" }];
      return { ...nothing, skipped: calls.map((call) => skippedCall(key, exchange, call, reason)) };
    }
    const skipped: Comparison[] = [];
    const calls: Call[] = [];
    for (const call of asked.calls) {
      // A notification has no answer to compare, and is no call.
      if (call.id === null) continue;
      const reason =
        lost !== null && TOKEN.test(call.bytes.toString("latin1"))
          ? "redacted-body"
          : reasonFor(call, asked.batch);
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
      riders: asked.batch ? asked.calls.filter(isRider) : [],
      skipped,
      limited: () => calls.map((call) => skippedCall(key, exchange, call, "limit")),
      session: alone && first !== undefined ? sessionIdOf(exchange, first) : null,
    };
  };
}

/** Values that a recording hides, in a request as well. */
const TOKEN = /"(?:cus|red)_[0-9a-f]{16}"/;

/** What a batch lost, it lost in some of its calls: the others are as they were sent. */
function lostByItem(lost: Unreplayable): boolean {
  return lost === "writes" || lost === "redacted-body";
}

/** Anything that may be taken for a method's name could be carried out by a lenient reader: such an item stays here. */
function isRider({ id, knowledge, bytes }: Call): boolean {
  return id === null && knowledge === UNKNOWN_METHOD && !/method/i.test(bytes.toString("latin1"));
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
