import type { Difference } from "../../model/difference.ts";

/** The hash of a block or transaction: 32 bytes. */
const HASH = /^0x[0-9a-f]{64}$/i;

/**
 * Names the cause of differences that only repeat another one: where a block's or transaction's own `hash` differs,
 * each `blockHash`, `parentHash` or `transactionHash` that went from the same old to the same new value follows from it.
 */
export function findCauses(differences: readonly Difference[]): Difference[] {
  if (differences.length < 2) return [...differences];
  const roots = new Map<string, Difference>();
  for (const difference of differences)
    if (difference.path.endsWith("/hash") && isHashChange(difference)) {
      const name = nameOf(difference);
      const known = roots.get(name);
      if (known === undefined || difference.path.length < known.path.length)
        roots.set(name, difference);
    }
  if (roots.size === 0) return [...differences];
  return differences.map((difference) => {
    const root = roots.get(nameOf(difference));
    if (root === undefined || root === difference || !isHashChange(difference)) return difference;
    if (root.pattern === difference.pattern && root.kind === difference.kind) return difference;
    return { ...difference, causedBy: { kind: root.kind, pattern: root.pattern } };
  });
}

function isHashChange({ old, candidate }: Difference): boolean {
  return (
    typeof old === "string" &&
    typeof candidate === "string" &&
    HASH.test(old) &&
    HASH.test(candidate)
  );
}

function nameOf({ old, candidate }: Difference): string {
  return typeof old === "string" && typeof candidate === "string" ? `${old} ${candidate}` : "";
}
