import { parseLossless } from "../diff/parse.ts";
import { patchValues } from "../diff/patch.ts";
import type { PatchOrReason } from "./view/finding-json.ts";

/** Characters of both texts together; larger patches would make findings.json too large to work with. */
const MOST_CHARACTERS = 600_000;

/**
 * RFC 6902 operations that turn the old response into the candidate's. Number texts are compared as they came (1.0 is not 1);
 * jsonText() writes them back as numbers. Never throws.
 */
export function makePatch(old: string, candidate: string): PatchOrReason {
  const length = old.length + candidate.length;
  if (length > MOST_CHARACTERS) return { patch: null, reason: `too large: ${length} characters` };
  const one = parseLossless(old);
  if (!one.ok) return { patch: null, reason: "the old response is not JSON" };
  const other = parseLossless(candidate);
  if (!other.ok) return { patch: null, reason: "the candidate response is not JSON" };
  return patchValues(one.value, other.value);
}
