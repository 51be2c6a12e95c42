import { usageError } from "../errors.ts";
import type { RecordingReader } from "../model/recording.ts";

/**
 * The key id that recordings opened together share, or null where none has tokens. Throws a usage error for mixed ids: the
 * same customer would have two pseudonyms.
 */
export function sameKey(readers: readonly RecordingReader[]): string | null {
  const keyed = readers.filter((reader) => reader.header.keyId !== null);
  const first = keyed[0];
  for (const reader of keyed) {
    if (reader.header.keyId !== first?.header.keyId) {
      throw usageError("The recordings were made with different keys", {
        details: [
          ...keyed.map((each) => `${each.path}: key ${each.header.keyId}`),
          "Recorders of one fleet share SHADOWDIFF_KEY; replay these one by one.",
        ],
      });
    }
  }
  return first?.header.keyId ?? null;
}
