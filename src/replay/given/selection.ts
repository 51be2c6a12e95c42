import { nearest } from "../../config/nearest.ts";
import { usageError } from "../../errors.ts";
import { matchesMethod } from "../../model/glob.ts";
import type { Protocol } from "../../model/exchange.ts";
import type { RecordingReader } from "../../model/recording.ts";
import type { Adapter } from "../../protocol/adapter.ts";

/** Names shown where a glob matches nothing; a recording may have hundreds. */
const SHOWN = 8;

/**
 * Every --include must match a call of the recordings: one that is misspelt would end in an empty run, hours later. Reads no
 * further than to the first match of the last glob.
 * @throws usage error that names the nearest method
 */
export function requireMatches(
  recordings: readonly Pick<RecordingReader, "exchanges">[],
  include: readonly string[],
  adapterOf: (protocol: Protocol) => Adapter,
): void {
  const open = new Set(include);
  const methods = new Set<string>();
  for (const recording of recordings) {
    if (open.size === 0) return;
    for (const exchange of recording.exchanges()) {
      for (const { method } of adapterOf(exchange.protocol).read(exchange)?.calls ?? []) {
        if (methods.has(method)) continue;
        methods.add(method);
        for (const glob of open) if (matchesMethod(glob, method)) open.delete(glob);
      }
      if (open.size === 0) return;
    }
  }
  const names = [...methods].sort();
  const details = [...open].map((glob) => {
    const guess = nearest(glob, names);
    return guess === null ? `"${glob}"` : `"${glob}"; did you mean "${guess}"?`;
  });
  if (details.length === 0) return;
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  throw usageError("--include matches no recorded call:", {
    details: [...details, `The recording has ${names.slice(0, SHOWN).join(", ")}${more}.`],
  });
}
