import { skippedCall, type Comparison } from "../../model/comparison.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { Call } from "../../protocol/adapter.ts";
import { firstParam, resultText, withFirstParam } from "../../protocol/json-rpc/session.ts";
import { askBoth, askSide, type Asking, type Sides } from "../ask/asking.ts";
import { pairOf } from "./pair.ts";
import { settle } from "./settle.ts";
import type { SingleCall } from "./single.ts";

/** Ids that a node gave out, by the id that was recorded: JSON texts. */
export type Sessions = Map<string, Sides<string>>;

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
  const { run, exchange } = asking;
  const { call, key, recorded } = single;
  const id = sessionIdOf(exchange, call);
  const opens = call.knowledge.session?.role === "opens";
  const known = id === null ? undefined : sessions.get(id);
  if (!opens && known === undefined) return skippedCall(key, exchange, call, "unknown-state");
  const pinned = run.adapter.pin(call, run.heads.pins()).call;
  const calls: Sides<Call> =
    opens || known === undefined
      ? { old: pinned, candidate: pinned }
      : { old: withFirstParam(call, known.old), candidate: withFirstParam(call, known.candidate) };
  // Asking twice would open two filters, or find the first answer's changes gone.
  const repeatable = call.knowledge.session?.role === "uses" && !call.knowledge.mempool;
  const askOnce = async (): Promise<Comparison> => {
    const both = await askBoth(asking, { old: [calls.old], candidate: [calls.candidate] }, false);
    if (opens && id !== null) remember(sessions, id, both.old.body, both.candidate.body);
    const control = repeatable ? await askSide(asking, asking.old, [calls.old], false) : null;
    const parts = { key, exchange, adapter: run.adapter, call, recorded, control, ...both };
    return run.examine(pairOf(parts));
  };
  const first = await askOnce();
  if (call.knowledge.session?.role === "closes" && id !== null) sessions.delete(id);
  if (first.state !== "different" || !repeatable) return first;
  return settle({
    asking,
    call,
    // What a filter has collected moves with the head.
    pinned: { call, replaced: [], left: [], missing: true, highest: null },
    pins: run.heads.pins(),
    first,
    before: {
      old: run.heads.head(run.viewOf(asking.old)),
      candidate: run.heads.head(run.viewOf(asking.candidate)),
    },
    ask: askOnce,
    again: () => askBoth(asking, { old: [calls.old], candidate: [calls.candidate] }, false),
  });
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
