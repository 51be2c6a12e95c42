import type { Outcome } from "../../model/pair.ts";
import type { Transport } from "../../model/exchange.ts";
import type { Adapter } from "../../protocol/adapter.ts";
import { isRateLimited } from "../../protocol/phrases.ts";
import type { Ask } from "../../chains/ask.ts";
import { jsonRpc } from "../../protocol/json-rpc/adapter.ts";
import { rest } from "../../protocol/rest/adapter.ts";
import { pause } from "../../pause.ts";
import type { Answer, Failure } from "../send/answer.ts";
import type { Connection } from "../send/connection.ts";
import type { Gate } from "../send/gate.ts";
import type { Question } from "../../chains/chain.ts";
import type { Target, Side } from "../../model/target.ts";

/** How many requests a call has cost, and how many it may. */
export interface Tally {
  sends: number;
  readonly ceiling: number;
}

/** One request on its way. */
export interface Sending {
  readonly question: Question;
  /** Says what an answer is: of the wire of what was asked. */
  readonly adapter: Adapter;
  readonly transport: Transport;
  readonly tally: Tally;
  /** What its time may be compared with: like with like. */
  readonly like: string;
}

/** What one worker holds: a connection of its own to each target, so that all asks of a call go over the same one. */
export interface Lane {
  ask(target: Target, sending: Sending): Promise<Outcome>;
  close(): Promise<void>;
}

/** How one asking went, all repeats included. */
export interface Observed {
  readonly side: Side;
  readonly like: string;
  /** Of the first ask. */
  readonly ms: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** The first ask had no answer in time. */
  readonly timedOut: boolean;
  /** Null where an answer came in the end, whatever it says. */
  readonly failure: Failure["kind"] | null;
}

export interface LaneOptions {
  readonly timeoutMs: number;
  readonly gate: Gate;
  open(target: Target, transport: Transport): Connection;
  /** Told of every first failure and every answer, for those who watch over the run. */
  observe(seen: Observed): void;
  readonly signal: AbortSignal;
  /** Asked once and no more: live traffic has no time to wait for a slow node. */
  readonly once?: boolean;
  /** Shared by all lanes: how often in a row a target gave no answer although it was asked alone. */
  readonly failedAlone: Map<Target, number>;
}

/** A node that is only slow under load answers alone within three times the timeout: only then is it no answer. */
const ALONE_FACTOR = 3;
/** A target that gave no answer alone this often in a row is not waited for again: the guard will end the run soon. */
const GIVE_UP_AFTER = 5;
/** Waits before a call that was turned away for its rate is asked again, in ms. */
const RATE_WAITS_MS = [200, 1_000, 3_000];

/** Looks at a target's chain over a lane's own connection to it, where the call itself goes. */
export function looker(lane: Lane, target: Target, tally: Tally = FREE): Ask {
  return (question) => {
    const adapter = question.path === null ? jsonRpc : REST;
    return lane.ask(target, { question, adapter, transport: "http", tally, like: LOOK });
  };
}

const REST = rest([]);
/** What our own looks at a chain are called among what is asked. */
export const LOOK = "(look at the chain)";

/** For looks that belong to no call. */
const FREE: Tally = { sends: 0, ceiling: Infinity };

export function createLane(options: LaneOptions): Lane {
  const connections = {
    http: new Map<Target, Connection>(),
    websocket: new Map<Target, Connection>(),
  };
  const connectionTo = (target: Target, transport: Transport): Connection => {
    const known = connections[transport].get(target);
    if (known !== undefined) return known;
    const opened = options.open(target, transport);
    connections[transport].set(target, opened);
    return opened;
  };
  const send = async (connection: Connection, question: Question): Promise<Answer> => {
    const { gate } = options;
    const closed = gate.closed();
    if (closed !== null) await opened(gate, closed);
    gate.enter();
    const answer = await connection.ask(question, options.timeoutMs);
    gate.leave();
    return answer;
  };
  /** Asks again what had no answer, alone, and what was turned away for its rate, after a while. */
  const insist = async (
    target: Target,
    connection: Connection,
    question: Question,
    first: Answer,
    tally: Tally,
  ): Promise<Answer> => {
    const { gate, timeoutMs, signal, failedAlone } = options;
    let answer = first;
    const silent = first.failure !== null && first.failure.kind !== "malformed";
    if (silent && (failedAlone.get(target) ?? 0) < GIVE_UP_AFTER && !signal.aborted) {
      tally.sends++;
      const long = timeoutMs * (first.failure?.kind === "timeout" ? ALONE_FACTOR : 1);
      answer = await gate.alone(() => connection.ask(question, long));
      failedAlone.set(target, answer.failure === null ? 0 : (failedAlone.get(target) ?? 0) + 1);
    }
    for (const waitMs of RATE_WAITS_MS) {
      if (!isRateLimited(answer.status, answer.body) || signal.aborted) break;
      await pause(waitMs, signal);
      tally.sends++;
      answer = await send(connection, question);
    }
    return answer;
  };
  return {
    async ask(target, { question, adapter, transport, tally, like }) {
      const { gate, timeoutMs } = options;
      const { side } = target;
      const connection = connectionTo(target, transport);
      tally.sends++;
      // As `send`, written out: this runs for every request, and each async call costs.
      const closed = gate.closed();
      if (closed !== null) await opened(gate, closed);
      gate.enter();
      const first = await connection.ask(question, timeoutMs);
      gate.leave();
      const outcome = outcomeOf(first, adapter, target.index, true);
      // Nearly every answer is a reply: what else one may be is not looked at.
      if (outcome.kind === "reply") {
        if (options.failedAlone.size > 0) options.failedAlone.delete(target);
        const bytes = first.body?.length ?? 0;
        options.observe({ side, like, ms: first.ms, bytes, timedOut: false, failure: null });
        return outcome;
      }
      const answer =
        options.once === true ? first : await insist(target, connection, question, first, tally);
      const timedOut = first.failure?.kind === "timeout";
      const failure = answer.failure?.kind ?? null;
      options.observe({
        side,
        like,
        ms: first.ms,
        bytes: answer.body?.length ?? 0,
        timedOut,
        failure,
      });
      return answer === first ? outcome : outcomeOf(answer, adapter, target.index, false);
    },
    async close() {
      const opened = [...connections.http.values(), ...connections.websocket.values()];
      await Promise.all(opened.map((connection) => connection.close()));
    },
  };
}

/** Waits until sending is open: it may have closed again by the time it opened. */
async function opened(gate: Gate, closed: Promise<void>): Promise<void> {
  for (let next: Promise<void> | null = closed; next !== null; next = gate.closed()) await next;
}

/** An answer as an outcome. Only a first ask is timed: waits and repeats are ours, not the target's. */
function outcomeOf(answer: Answer, adapter: Adapter, target: number, first: boolean): Outcome {
  const { status, headers, body, failure } = answer;
  const ms = first ? answer.ms : null;
  if (failure !== null) {
    return { kind: failure.kind, status, headers, body, ms, detail: failure.detail, target };
  }
  const { kind, detail } = adapter.kind(status, body ?? NOTHING);
  return detail === undefined
    ? { kind, status, headers, body, ms, target }
    : { kind, status, headers, body, ms, target, detail };
}

const NOTHING = Buffer.alloc(0);
