import type { Layout } from "../../model/recording.ts";
import type { Piece } from "./plan.ts";

/** What is divided: a recording's layout and how many exchanges it holds. */
export interface Divisible {
  readonly layout: Layout;
  readonly facts: { readonly stored: number };
}

/**
 * Cuts recordings, one after the other, into `shards` parts of about as many exchanges each, at the beginnings of blocks.
 * Every exchange lies in one part; a part may be empty where there are fewer blocks than shards.
 */
export function divide(recordings: readonly Divisible[], shards: number): Piece[][] {
  const total = recordings.reduce((sum, { facts }) => sum + facts.stored, 0);
  const cuts = Array.from({ length: shards - 1 }, (_, index) =>
    placeOf(recordings, (total * (index + 1)) / shards),
  );
  const parts: Piece[][] = Array.from({ length: shards }, () => []);
  for (const [recording, { layout }] of recordings.entries()) {
    const span = layout.span();
    if (span === null) continue;
    let { from } = span;
    for (let shard = 0; shard < shards; shard += 1) {
      const cut = cuts[shard];
      const until =
        cut === undefined || cut.recording > recording
          ? span.until
          : cut.recording < recording
            ? from
            : Math.min(span.until, Math.max(from, cut.id));
      if (until > from) parts[shard]?.push({ recording, from, until });
      from = until;
    }
  }
  return parts;
}

/** The place after `exchanges` of them, moved to the beginning of its block. Ids are spread evenly enough for that. */
function placeOf(
  recordings: readonly Divisible[],
  exchanges: number,
): { recording: number; id: number } {
  let left = exchanges;
  for (const [recording, { layout, facts }] of recordings.entries()) {
    const span = layout.span();
    if (span === null) continue;
    if (left < facts.stored) {
      const id = span.from + Math.round((left / facts.stored) * (span.until - span.from));
      return { recording, id: layout.blockStart(id) };
    }
    left -= facts.stored;
  }
  return { recording: recordings.length, id: 0 };
}
