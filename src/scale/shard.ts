import { usageError } from "../errors.ts";
import type { RecordingReader } from "../model/recording.ts";
import type { Piece, Plan } from "./plan/plan.ts";

/**
 * The recordings of a plan as one shard sees them: its own exchanges, those that were moved to it, and without those that were
 * moved away, in the order in which they were recorded. Facts are those of the whole recordings.
 */
export function shardOf(
  recordings: readonly RecordingReader[],
  plan: Plan,
  index: number,
): RecordingReader[] {
  const shard = plan.shards[index];
  if (shard === undefined) {
    throw usageError(
      `There is no shard ${index}: the plan has ${plan.shards.length}, numbered from 0.`,
    );
  }
  return recordings.map((recording, number) => {
    const moved = plan.moved.filter((move) => move.recording === number);
    const pieces = shard.pieces.filter((piece) => piece.recording === number);
    const gone = new Set(moved.filter(({ to }) => to !== index).map(({ id }) => id));
    const come = moved.filter(({ to }) => to === index).map(({ id }) => id);
    return {
      path: recording.path,
      header: recording.header,
      facts: recording.facts,
      exchanges: () => exchangesOf(recording, pieces, gone, come),
      exchange: (id) => recording.exchange(id),
      content: () => plan.recordings[number]?.content ?? recording.content(),
      close: () => recording.close(),
    } satisfies RecordingReader;
  });
}

/** Moved ones come from later parts than the first of their kind, so they follow the shard's own. */
function* exchangesOf(
  recording: RecordingReader,
  pieces: readonly Piece[],
  gone: ReadonlySet<number>,
  come: readonly number[],
): ReturnType<RecordingReader["exchanges"]> & Generator {
  for (const { from, until } of pieces) {
    for (const exchange of recording.exchanges(from, until)) {
      if (!gone.has(exchange.id)) yield exchange;
    }
  }
  for (const id of come.toSorted((a, b) => a - b)) {
    const exchange = recording.exchange(id);
    if (exchange !== undefined) yield exchange;
  }
}
