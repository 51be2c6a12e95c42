import { createHash } from "node:crypto";
import type { RecordingFile } from "../../model/recording.ts";
import type { RunPart } from "../../model/run.ts";
import type { ReplayOptions } from "../../replay/given/options.ts";
import { partOf } from "../../replay/given/part.ts";
import { divide } from "./divide.ts";
import type { Moved, Piece, Plan, PlannedShard } from "./plan.ts";
import { moves } from "./sessions.ts";

/** Divides recordings into `shards`. The same recordings, selection and number give the same plan. */
export function makePlan(
  recordings: readonly RecordingFile[],
  options: ReplayOptions,
  shards: number,
  uris = recordings.map(({ path }) => path),
): Plan {
  const { work, contents } = partOf(recordings, options);
  const parts = divide(recordings, shards);
  const moved = moves(recordings, parts);
  const { limit } = options;
  const limits = limit === null ? null : limitsOf(recordings, parts, moved, limit);
  return {
    formatVersion: 1,
    id: createHash("sha256").update(`${shards} ${work}`).digest("hex").slice(0, 16),
    work,
    recordings: recordings.map(({ facts }, index) => ({
      uri: uris[index] ?? "",
      name: facts.name,
      content: contents[index] ?? "",
    })),
    shards: parts.map((pieces, index): PlannedShard => ({
      index,
      exchanges: pieces.reduce((sum, piece) => sum + countOf(recordings, piece), 0),
      pieces,
      limit: limits?.[index] ?? null,
    })),
    moved,
  };
}

function countOf(recordings: readonly RecordingFile[], { recording, from, until }: Piece): number {
  return recordings[recording]?.layout.countBetween(from, until) ?? 0;
}

/**
 * How many of the first `limit` exchanges of all each shard does: a limit means the same calls however they are divided. A
 * shard's exchanges come in the order of their ids, so that these are its first.
 */
function limitsOf(
  recordings: readonly RecordingFile[],
  parts: readonly (readonly Piece[])[],
  moved: readonly Moved[],
  limit: number,
): number[] {
  const last = cutoff(recordings, limit);
  const isBefore = ({ recording, id }: { recording: number; id: number }): boolean =>
    recording < last.recording || (recording === last.recording && id < last.id);
  const limits = parts.map((pieces) =>
    pieces.reduce((sum, { recording, from, until }) => {
      if (!isBefore({ recording, id: from })) return sum;
      const end = recording === last.recording ? Math.min(until, last.id) : until;
      return sum + countOf(recordings, { recording, from, until: end });
    }, 0),
  );
  for (const move of moved.filter(isBefore)) {
    const home = parts.findIndex((pieces) =>
      pieces.some(
        ({ recording, from, until }) =>
          recording === move.recording && move.id >= from && move.id < until,
      ),
    );
    limits[home]! -= 1;
    limits[move.to]! += 1;
  }
  return limits;
}

/** The first exchange that is over the limit. */
function cutoff(
  recordings: readonly RecordingFile[],
  limit: number,
): { recording: number; id: number } {
  let left = limit;
  for (const [recording, { layout, facts }] of recordings.entries()) {
    if (left < facts.stored) return { recording, id: layout.idAfter(left) ?? 0 };
    left -= facts.stored;
  }
  return { recording: recordings.length, id: 0 };
}

/** Which part of the work a shard's run is. */
export function shardPart(plan: Plan, index: number): RunPart {
  return {
    work: plan.work,
    contents: plan.recordings.map(({ content }) => content),
    shards: [index],
    of: plan.shards.length,
    plan: plan.id,
  };
}
