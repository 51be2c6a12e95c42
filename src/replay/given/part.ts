import type { RecordingReader } from "../../model/recording.ts";
import type { RunPart } from "../../model/run.ts";
import type { ReplayOptions } from "./options.ts";

/** The options that say which calls are asked, as against how. */
type Selection = Pick<ReplayOptions, "include" | "exclude" | "allowMethods" | "limit">;

/** A whole replay as a part: shard 0 of 1 of what these recordings hold and these options select. */
export function partOf(
  recordings: readonly Pick<RecordingReader, "content">[],
  { include, exclude, allowMethods, limit }: Selection,
): RunPart {
  const contents = recordings.map((recording) => recording.content());
  const work = JSON.stringify({ contents, include, exclude, allowMethods, limit });
  return { work, contents, shards: [0], of: 1, plan: null };
}
