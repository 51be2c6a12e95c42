import jsonPatch from "fast-json-patch";
import { parseLossless } from "../diff/parse.ts";
import type { PatchOrReason } from "./view/findings-json.ts";
const MOST_CHARACTERS = 1_000_000;
/** RFC 6902 operations that turn one response into the other. */
export function makePatch(old: string, candidate: string): PatchOrReason {
  if (old.length + candidate.length > MOST_CHARACTERS)
    return { patch: null, reason: `too large: ${old.length} and ${candidate.length} characters` };
  const one = parseLossless(old);
  const other = parseLossless(candidate);
  if (!one.ok) return { patch: null, reason: "the old response is not JSON" };
  if (!other.ok) return { patch: null, reason: "the candidate response is not JSON" };
  try {
    const patch = jsonPatch.compare({ v: one.value }, { v: other.value });
    return {
      patch: patch.map((operation) => ({ ...operation, path: operation.path.slice(2) })),
      reason: null,
    };
  } catch (error) {
    if (error instanceof RangeError)
      return { patch: null, reason: "the responses are nested too deep" };
    throw error;
  }
}
