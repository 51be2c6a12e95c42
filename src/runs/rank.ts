/**
 * A 32-bit hash that orders texts the same way in every run (FNV-1a with a final mix). Bounded tables keep the lowest
 * ranks, so that what is kept does not depend on the order of arrival, and shards merge to the same rows.
 */
export function rankOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
