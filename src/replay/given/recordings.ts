import { usageError } from "../../errors.ts";
import type { RecordingFile } from "../../model/recording.ts";
import { openRecording } from "../../recording/reader.ts";
import { sameKey } from "../../recording/same-key.ts";

/** Opens recordings that are replayed together. Throws usage errors: not a recording, tokens of another key. */
export function openRecordings(files: readonly string[]): RecordingFile[] {
  const opened: RecordingFile[] = [];
  try {
    for (const file of files) opened.push(openRecording(file));
    sameKey(opened);
    differentNames(opened);
    return opened;
  } catch (error) {
    for (const recording of opened) recording.close();
    throw error;
  }
}

/** Calls are told apart by their recording's name, in the run and when it is resumed. */
function differentNames(recordings: readonly RecordingFile[]): void {
  const seen = new Map<string, string>();
  for (const { path, facts } of recordings) {
    const other = seen.get(facts.name);
    if (other !== undefined) {
      throw usageError(`Two recordings have the name ${facts.name}.`, {
        details: [other, path, "Rename one of the files."],
      });
    }
    seen.set(facts.name, path);
  }
}
