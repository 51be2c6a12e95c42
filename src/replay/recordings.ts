import type { RecordingReader } from "../model/recording.ts";
import { openRecording } from "../recording/reader.ts";
import { sameKey } from "../recording/same-key.ts";

/** Opens recordings that are replayed together. Throws usage errors: not a recording, tokens of another key. */
export function openRecordings(files: readonly string[]): RecordingReader[] {
  const opened: RecordingReader[] = [];
  try {
    for (const file of files) opened.push(openRecording(file));
    sameKey(opened);
    return opened;
  } catch (error) {
    for (const recording of opened) recording.close();
    throw error;
  }
}
