import type { Sides } from "../../model/target.ts";
import { skippedCall, type Comparison } from "../../model/comparison.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { Call } from "../../protocol/adapter.ts";
import { firstParam, resultText, withFirstParam } from "../../protocol/json-rpc/session.ts";
import type { Asking } from "../ask/asking.ts";
import { askQuestion, usualWay, type Way } from "./ask.ts";
import { settleAsked, type SingleCall } from "./call.ts";

/** Ids that a node gave out, by the id that was recorded: JSON texts. */
export type Sessions = Map<string, Sides<string>>;

/** Some 20 MB of ids of both sides; filters of most nodes expire after five minutes. */
const REMEMBERED_IDS = 100_000;

/** The recorded id that a call makes or uses: calls of one id go in their order, to one target, over one connection. */
export function sessionIdOf(exchange: Exchange, call: Call): string | null {
  const { session } = call.knowledge;
  if (session === null) return null;
  return session.role === "opens" ? resultText(exchange.response?.body ?? null) : firstParam(call);
}

/** Asks a call that opens, uses or closes a filter, with each side's own id for it. */
export async function compareSession(
  asking: Asking,
  single: SingleCall,
  sessions: Sessions,
): Promise<Comparison> {
  const { exchange } = asking;
  const { call, key, recorded } = single;
  const id = sessionIdOf(exchange, call);
  const opens = call.knowledge.session?.role === "opens";
  const known = id === null ? undefined : sessions.get(id);
  if (!opens && known === undefined) return skippedCall(key, exchange, call, "unknown-state");
  // Asking twice would open two filters, or find the first answer's changes gone.
  const repeatable = call.knowledge.session?.role === "uses" && !call.knowledge.mempool;
  const way: Way = {
    ...usualWay(asking, key, recorded),
    control: repeatable,
    // What a filter has collected moves with the head.
    pin: (asked, pins) => ({ ...asking.adapter.pin(asked, pins), missing: true, highest: null }),
    sides: (asked) =>
      opens || known === undefined
        ? { old: asked, candidate: asked }
        : {
            old: withFirstParam(asked, known.old),
            candidate: withFirstParam(asked, known.candidate),
          },
    byShape: () => false,
  };
  const question = await askQuestion(way, call);
  const { pair } = question.comparison;
  if (opens && id !== null && pair !== null) {
    remember(sessions, id, pair.old.body, pair.candidate.body);
  }
  if (call.knowledge.session?.role === "closes" && id !== null) sessions.delete(id);
  return repeatable ? settleAsked(way, question) : question.comparison;
}

function remember(
  sessions: Sessions,
  id: string,
  oldBody: Buffer | null,
  candidateBody: Buffer | null,
): void {
  const old = resultText(oldBody);
  const candidate = resultText(candidateBody);
  if (old === null || candidate === null) return;
  sessions.set(id, { old, candidate });
  const oldest = sessions.size > REMEMBERED_IDS ? sessions.keys().next().value : undefined;
  if (oldest !== undefined) sessions.delete(oldest);
}
