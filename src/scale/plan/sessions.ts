import { chainOf, methodKnowledge } from "../../chains/index.ts";
import type { MethodKnowledge } from "../../chains/knowledge.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { RecordingFile } from "../../model/recording.ts";
import { jsonRpc } from "../../protocol/json-rpc/adapter.ts";
import { sessionIdOf } from "../../replay/compare/sessions.ts";
import type { Moved, Piece } from "./plan.ts";

/** Calls of filters looked at in one recording; further ones stay where they lie, and are skipped as `unknown-state` there. */
const MOST_SESSION_CALLS = 200_000;
const MOST_SUBSCRIPTIONS = 1_000;

/**
 * Keeps what belongs together in one shard: all calls that make, use or drop one filter go to the shard of the first of
 * them; subscriptions, which are opened live once for all, go to shard 0.
 */
export function moves(
  recordings: readonly RecordingFile[],
  parts: readonly (readonly Piece[])[],
): Moved[] {
  return recordings.flatMap((recording, index) => {
    const home = homes(parts, index);
    return [...filterMoves(recording, index, home), ...subscriptionMoves(recording, index, home)];
  });
}

type HomeOf = (id: number) => number;

/** Which shard an id lies in. */
function homes(parts: readonly (readonly Piece[])[], recording: number): HomeOf {
  const pieces = parts.flatMap((own, shard) =>
    own.filter((piece) => piece.recording === recording).map((piece) => ({ ...piece, shard })),
  );
  return (id) => pieces.find(({ from, until }) => id >= from && id < until)?.shard ?? 0;
}

function* filterMoves(recording: RecordingFile, index: number, homeOf: HomeOf): Generator<Moved> {
  const names = sessionMethods(recording, "filter");
  if (names.length === 0) return;
  const owners = new Map<string, number>();
  for (const id of recording.layout.idsOf(names, MOST_SESSION_CALLS)) {
    const exchange = recording.exchange(id);
    const session = exchange === undefined ? null : sessionOf(exchange);
    if (session === null) continue;
    const home = homeOf(id);
    const owner = owners.get(session) ?? home;
    owners.set(session, owner);
    if (owner !== home) yield { recording: index, id, to: owner };
  }
}

function* subscriptionMoves(
  recording: RecordingFile,
  index: number,
  homeOf: HomeOf,
): Generator<Moved> {
  const names = sessionMethods(recording, "subscription");
  for (const id of recording.layout.idsOf(names, MOST_SUBSCRIPTIONS)) {
    if (homeOf(id) !== 0) yield { recording: index, id, to: 0 };
  }
}

function sessionMethods({ layout }: RecordingFile, kind: "filter" | "subscription"): string[] {
  return layout.methods().filter((method) => knowledgeOf(method).session?.kind === kind);
}

function knowledgeOf(method: string): MethodKnowledge {
  return methodKnowledge(chainOf("json-rpc", method), method);
}

/** The recorded id of a call that stands alone; within a batch it can't be put in its place before the batch is sent. */
function sessionOf(exchange: Exchange): string | null {
  const asked = exchange.unreplayable === null ? jsonRpc.read(exchange) : null;
  const [call] = asked?.calls ?? [];
  if (call === undefined || asked?.batch === true) return null;
  return sessionIdOf(exchange, call);
}
